"""BC5CDR: 4,797 sentences of PubMed articles with chemicals and diseases (BioCreative V)."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "CHEMICAL": ("chemical", "chemicals and drugs"),
    "DISEASE": ("disease", "diseases, disorders, syndromes and other conditions of ill health"),
}

BENCHMARK = ner(
    "bc5cdr",
    TYPES,
    title="BC5CDR",
    description="4,797 sentences of PubMed articles with chemicals and diseases (BioCreative V).",
    paper="doi:10.1093/database/baw068",
    licence="public domain",
    rows=4797,
    tags=("biomedicine",),
    per_type=True,
)
