"""JNLPBA, rare types: 465 sentences of JNLPBA that have one of its two rare types; there are no few-shot examples."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "RNA": ("rna", "RNA molecules"),
    "CELL_LINE": ("cell_line", "particular cells kept in culture"),
}

BENCHMARK = ner(
    "jnlpba_rare",
    TYPES,
    title="JNLPBA, rare types",
    description="465 sentences of JNLPBA that have one of its two rare types; there are no worked examples.",
    paper="ACL W04-1213",
    licence="CC-BY-3.0",
    rows=465,
    tags=("biomedicine",),
    few_shot=0,
)
