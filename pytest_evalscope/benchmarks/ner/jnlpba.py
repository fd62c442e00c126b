"""JNLPBA: 3,856 sentences of MEDLINE abstracts with five types of molecules and cells."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PROTEIN": ("protein", "proteins, their families and complexes"),
    "DNA": ("dna", "DNA molecules, domains and regions"),
    "RNA": ("rna", "RNA molecules"),
    "CELL_LINE": ("cell_line", "particular cells kept in culture"),
    "CELL_TYPE": ("cell_type", "kinds of cells as they occur in nature"),
}

BENCHMARK = ner(
    "jnlpba",
    TYPES,
    title="JNLPBA",
    description="3,856 sentences of MEDLINE abstracts with five types of molecules and cells.",
    paper="ACL W04-1213",
    licence="CC-BY-3.0",
    rows=3856,
    tags=("biomedicine",),
)
