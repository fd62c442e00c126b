"""COPIOUS: Texts on biodiversity with living beings, habitats, places, people and times."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "TAXON": (
        "taxon",
        "species, genera, families, by scientific or common name; no microorganisms, no general words such as fish",
    ),
    "GEOGRAPHICAL_LOCATION": (
        "geographical_location",
        "places that can be found on a map, bodies of water and coordinates too",
    ),
    "HABITAT": ("habitat", "surroundings in which something lives, not how high or deep they lie"),
    "PERSON": ("person", "names of people, without titles, unless they are part of the name of a taxon"),
    "TEMPORAL_EXPRESSION": ("temporal_expression", "dates, years, seasons and ages of the earth; no times of day"),
}

BENCHMARK = ner(
    "copious",
    TYPES,
    title="COPIOUS",
    description="Texts on biodiversity with living beings, habitats, places, people and times.",
    paper="doi:10.3897/BDJ.7.e29626",
    licence="not stated by the source",
    rows=None,
    tags=("biology",),
)
