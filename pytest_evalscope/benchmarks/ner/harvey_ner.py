"""HarveyNER: 1,303 tweets sent during hurricane Harvey with places in Houston, down to crossings of roads."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "AREA": ("area", "neighbourhoods and other parts of a city or region"),
    "POINT": ("point", "places with exact coordinates: a named building, the crossing of two roads or rivers"),
    "RIVER": ("river", "rivers and sections of them"),
    "ROAD": ("road", "roads and sections of them"),
}

BENCHMARK = ner(
    "harvey_ner",
    TYPES,
    title="HarveyNER",
    description="1,303 tweets sent during hurricane Harvey with places in Houston, down to crossings of roads.",
    paper="ACL 2022.naacl-main.243",
    licence="not stated by the source",
    rows=1303,
    tags=("social_media",),
)
