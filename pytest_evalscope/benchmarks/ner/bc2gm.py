"""BC2GM: 5,000 sentences of MEDLINE abstracts with the genes and proteins named in them (BioCreative II)."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "GENE": ("gene", "genes and proteins"),
}

BENCHMARK = ner(
    "bc2gm",
    TYPES,
    title="BC2GM",
    description="5,000 sentences of MEDLINE abstracts with the genes and proteins named in them (BioCreative II).",
    paper="doi:10.1186/gb-2008-9-s2-s2",
    licence="not stated by the source",
    rows=5000,
    tags=("biomedicine",),
)
