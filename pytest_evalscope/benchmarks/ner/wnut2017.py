"""WNUT 2017: 1,287 posts of Twitter, YouTube, Reddit and Stack Exchange with entities that were new or rare."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "CORPORATION": ("corporation", "companies, agencies and other institutions"),
    "CREATIVE-WORK": ("creative_work", "titles of books, songs, films and other works"),
    "GROUP": ("group", "teams, bands and other groups of people"),
    "LOCATION": ("location", "cities, countries, natural landmarks and other places"),
    "PERSON": ("person", "people, invented ones too"),
    "PRODUCT": ("product", "things that are sold: vehicles, software and other goods"),
}

BENCHMARK = ner(
    "wnut2017",
    TYPES,
    title="WNUT 2017",
    description="1,287 posts of Twitter, YouTube, Reddit and Stack Exchange with entities that were new or rare.",
    paper="ACL W17-4418",
    licence="CC-BY-4.0",
    rows=1287,
    tags=("social_media",),
    per_type=True,
)
