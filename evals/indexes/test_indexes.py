"""Three indices ready to be used, each for a purpose; change the weights, and they measure yours.

An index of which a benchmark is missing here is an error that names it: its number would be that of another index.
"""

from pytest_evalscope import IndexReport, index


@index("enterprise_rag.json", count=300)
def test_enterprise_rag(report: IndexReport) -> None:
    """An assistant that answers from documents: it knows, it reads long texts, it does as it is told."""
    assert report.weighted_avg >= 0.5
    assert report.task["instruction"].micro_avg >= 0.5


@index("code.json", count=200)
def test_code(report: IndexReport) -> None:
    """Programs that pass their tests; the second half is written after most models were trained."""
    assert report.weighted_avg >= 0.3


@index("reasoning.json", count=200)
def test_reasoning(report: IndexReport) -> None:
    """Sums of school, problems of a competition, and logic in two languages, each a quarter."""
    assert report.weighted_avg >= 0.3
    assert report.category["reasoning/math"].weighted_avg >= 0.2
    assert report.category["reasoning/logic"].weighted_avg >= 0.3
