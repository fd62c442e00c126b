"""NCBI Disease: 940 sentences of PubMed abstracts with the diseases named in them."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "DISEASE": ("disease", "diseases, disorders, syndromes and other conditions of ill health"),
}

BENCHMARK = ner(
    "ncbi",
    TYPES,
    title="NCBI Disease",
    description="940 sentences of PubMed abstracts with the diseases named in them.",
    paper="doi:10.1016/j.jbi.2013.12.006",
    licence="CC0-1.0",
    rows=940,
    tags=("biomedicine",),
)
