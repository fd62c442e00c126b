"""The fixtures. Bodies import late: this module is loaded with every pytest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_evalscope.types import IndexReport, Leaderboard, Scores, Threshold


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Any:
    """The model under test: `model("…")` returns its answer, `model.generate(…)` the whole completion.

    A fixture of this name in your own conftest replaces it: return a callable (messages → text), and the
    application behind it is what is evaluated.
    """
    from pytest_evalscope.plugin.begin import current

    return current(request).model_handle(request.node)


@pytest.fixture
def scores(request: pytest.FixtureRequest, model: Any) -> Scores:
    """The scores of this item's model on this item's subset; the samples are run while the test waits."""
    from pytest_evalscope.plugin.begin import current
    from pytest_evalscope.plugin.kinds.benchmark import deliver

    return deliver(current(request), request.node, model)


@pytest.fixture
def report(request: pytest.FixtureRequest, model: Any) -> IndexReport:
    """The index of this item's model, at five levels; its samples are chosen and run while the test waits."""
    from pytest_evalscope.plugin.begin import current
    from pytest_evalscope.plugin.kinds.index import deliver

    return deliver(current(request), request.node, model)


@pytest.fixture
def leaderboard(request: pytest.FixtureRequest) -> Leaderboard:
    """The leaderboard of this item's data set; completions are requested and battles judged while the test waits."""
    from pytest_evalscope.plugin.begin import current
    from pytest_evalscope.plugin.kinds.arena import deliver

    return deliver(current(request), request.node)


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Any:
    """The judges of the run (`--eval-judge`): `judge("question", "answer", target="right")` returns their Score."""
    from pytest_evalscope.plugin.begin import current

    return current(request).judge_handle(request.node)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Any:
    """The sandbox for code of the model (`--eval-sandbox`): `sandbox("print(1)")` returns the Execution.

    That is Python; `sandbox.run("bash", "main.sh", files={"main.sh": "…"})` runs any command.
    """
    from pytest_evalscope.plugin.begin import current

    return current(request).sandbox_handle(request.node)


@pytest.fixture
def threshold(request: pytest.FixtureRequest) -> Threshold:
    """The values that the metrics must reach: from --eval-threshold, thresholds.toml or the decorator."""
    from pytest_evalscope.plugin.begin import current
    from pytest_evalscope.plugin.kinds.benchmark import threshold_of

    current(request)
    return threshold_of(request.node)


@pytest.fixture
def record_score(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Put a score of a hand-written case into the reports: `record_score(0.8)`, `record_score({"recall": 1.0})`."""
    from pytest_evalscope.plugin.begin import current

    return current(request).recorder(request.node)
