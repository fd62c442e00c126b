"""AnatEM: 3,830 sentences of biomedical papers with parts of the body, from cells to organ systems."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "ANATOMY": ("anatomy", "parts of a body, from parts of a cell over cells and tissues to organs and organ systems"),
}

BENCHMARK = ner(
    "anat_em",
    TYPES,
    title="AnatEM",
    description="3,830 sentences of biomedical papers with parts of the body, from cells to organ systems.",
    paper="doi:10.1093/bioinformatics/btt580",
    licence="CC-BY-SA-3.0",
    rows=3830,
    tags=("biomedicine",),
)
