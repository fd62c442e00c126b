"""CoNLL-2003: 3,453 sentences of Reuters news with people, organizations, places and other names."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PER": ("person", "names of people"),
    "ORG": ("organization", "companies, institutions and other organizations"),
    "LOC": ("location", "cities, countries and other places"),
    "MISC": ("miscellaneous", "names that are none of the others, such as nationalities and events"),
}

BENCHMARK = ner(
    "conll2003",
    TYPES,
    title="CoNLL-2003",
    description="3,453 sentences of Reuters news with people, organizations, places and other names.",
    paper="arXiv:cs/0306050",
    licence="Reuters Corpus agreement (research)",
    rows=3453,
    tags=("news",),
    per_type=True,
)
