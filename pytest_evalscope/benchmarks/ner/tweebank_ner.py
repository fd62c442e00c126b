"""Tweebank-NER: 1,201 tweets of Tweebank V2 with people, organizations, places and other names."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PER": ("person", "names of people"),
    "ORG": ("organization", "companies, institutions, groups"),
    "LOC": ("location", "cities, states, countries and other places"),
    "MISC": ("miscellaneous", "other names: nationalities, events, products"),
}

BENCHMARK = ner(
    "tweebank_ner",
    TYPES,
    title="Tweebank-NER",
    description="1,201 tweets of Tweebank V2 with people, organizations, places and other names.",
    paper="arXiv:2201.07281",
    licence="not stated by the source",
    rows=1201,
    tags=("social_media",),
)
