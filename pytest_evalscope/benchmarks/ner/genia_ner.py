"""GENIA: 1,854 sentences of MEDLINE abstracts with molecules and cells."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "CELL_LINE": ("cell_line", "cells grown in a culture from one cell"),
    "CELL_TYPE": ("cell_type", "kinds of cells that share form and function in a body"),
    "DNA": ("dna", "DNA molecules, genes, their domains and regions"),
    "PROTEIN": ("protein", "proteins, enzymes, receptors and other molecules of amino acids"),
    "RNA": ("rna", "RNA molecules of any kind"),
}

BENCHMARK = ner(
    "genia_ner",
    TYPES,
    title="GENIA",
    description="1,854 sentences of MEDLINE abstracts with molecules and cells.",
    paper="doi:10.1093/bioinformatics/btg1023",
    licence="GENIA project licence",
    rows=1854,
    tags=("biomedicine",),
)
