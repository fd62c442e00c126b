"""BC4CHEMD: 26,364 sentences of PubMed abstracts with the chemicals named in them (BioCreative IV, CHEMDNER)."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "CHEMICAL": ("chemical", "chemicals and drugs"),
}

BENCHMARK = ner(
    "bc4chemd",
    TYPES,
    title="BC4CHEMD",
    description="26,364 sentences of PubMed abstracts with the chemicals named in them (BioCreative IV, CHEMDNER).",
    paper="doi:10.1186/1758-2946-7-S1-S2",
    licence="not stated by the source",
    rows=26364,
    tags=(
        "biomedicine",
        "chemistry",
    ),
)
