"""FinNER: 305 passages of financial agreements with people, organizations, places and other names."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PER": ("person", "names of people, lenders and borrowers too"),
    "ORG": ("organization", "companies, banks and other organizations"),
    "LOC": ("location", "places and addresses"),
    "MISC": ("miscellaneous", "names that are none of the others"),
}

BENCHMARK = ner(
    "fin_ner",
    TYPES,
    title="FinNER",
    description="305 passages of financial agreements with people, organizations, places and other names.",
    paper="ACL U15-1010",
    licence="not stated by the source",
    rows=305,
    tags=("finance",),
)
