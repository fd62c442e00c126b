"""CoNLL++: The 3,453 test sentences of CoNLL-2003 with the labels that were wrong put right."""

from pytest_evalscope.benchmarks.ner._family import ner
from pytest_evalscope.benchmarks.ner.conll2003 import TYPES

BENCHMARK = ner(
    "conllpp",
    TYPES,
    title="CoNLL++",
    description="The 3,453 test sentences of CoNLL-2003 with the labels that were wrong put right.",
    paper="arXiv:1909.01441",
    licence="Reuters Corpus agreement (research)",
    rows=3453,
    tags=("news",),
    per_type=True,
)
