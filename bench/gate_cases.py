"""The cases of `bench/gates.py`: small projects, and how pytest must end in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SUMS = """
from dataclasses import replace
import unittest
import pytest
from pytest_evalscope import Benchmark, Rows, Sample, arena, benchmark, index, judge, number

SUMS = Benchmark(
    name="sums",
    task_type="math",
    data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, 11)]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    score=number(),
)
OTHER = replace(SUMS, name="other", data=Rows([{"q": f"other {n} + {n}", "a": str(2 * n)} for n in range(1, 11)]))


@pytest.fixture
def skipper():
    pytest.skip("no")


@pytest.fixture
def needs():
    pytest.importorskip("nothing_of_this_name")


"""
OTHER = "@benchmark(OTHER)\ndef test_other(scores):\n    assert scores.accuracy >= 0.05\n\n\n"
ORDINARY = {"test_ordinary.py": "def test_ordinary():\n    pass\n"}
SHOP = """
def answer(prompt: str):
    with open("requests.log", "a") as file:
        file.write(prompt.replace(" ", "") + "\\n")
    return "4"


def verdict(messages):
    return '{"reason": "it came first", "verdict": "A"}'


def other(prompt: str):
    return "5"
"""
MODEL = ("--model=python/shop:answer", "--eval-cache=off")
NO_MODEL = "evals: no model is named; accepted: --model=PROVIDER/NAME"
NO_KEY = "openai/gpt-4o-mini: api.openai.com needs a key, and OPENAI_API_KEY is not set"
NO_INDEX = "--eval-fail-under=0.9: the index was not computed: no eval was measured, so there is no index"
EVALS = str(Path(__file__).parents[1] / "evals")
INDEX = json.dumps({"name": "mine", "datasets": [{"name": "gsm8", "weight": 1}]})
RERUN = """
import pytest
from _pytest.runner import runtestprotocol


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for _ in range(2):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
SKIPPING = """
import pytest


def pytest_runtest_setup(item):
    if "test_sums[" in item.nodeid:
        pytest.skip("slow")
"""
ARENA = """
@arena(data=SUMS, models=["python/shop:answer", "python/shop:other"])
def test_it(leaderboard):
    assert leaderboard["python/shop:other"].win_rate.value > 0.9
"""
OWN_MODEL = "import pytest\n\n\n@pytest.fixture\ndef model():\n    return lambda messages: '4'\n"
REMOVED = "import shutil, pathlib; shutil.rmtree(next(pathlib.Path('outputs').glob('2*')))"
IN_THE_WAY = """import pathlib, shutil
    [reports] = pathlib.Path("outputs").glob("2*/reports")
    shutil.rmtree(reports)
    reports.write_text("in the way")"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A project, and the right end of pytest in it."""

    row: str
    what: str
    status: int
    files: Mapping[str, str]
    says: str | tuple[str, ...] = ()
    """Words that the output contains, each in one line."""
    args: tuple[str, ...] = MODEL
    counts: str = ""
    """Results as pytest counts them; empty where they do not matter."""
    requests: int | None = None
    """Number of requests to the model; None where it does not matter."""
    env: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    """Paths that must not be made."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Pattern of a path → words in one of the files, once."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Path → words that the file has not."""

    @property
    def words(self) -> tuple[str, ...]:
        """The expected words."""
        return (self.says,) if isinstance(self.says, str) else self.says


def gate(body: str = "pass", declared: str = "SUMS", name: str = "test_sums", *, above: str = "") -> str:
    """Return a decorated test."""
    return f"{above}@benchmark({declared})\ndef {name}(scores):\n    {body}\n\n\n"


def project(*tests: str, **files: str) -> dict[str, str]:
    """Return the files of a project with these tests."""
    more = {name.replace("__", "."): text for name, text in files.items()}
    return {"test_sums.py": SUMS + "".join(tests), "shop.py": SHOP, **more}


def ini(text: str) -> dict[str, str]:
    """Return an ini file."""
    return {"pytest.ini": f"[pytest]\nevalscope_{text}\n"}


ONE = project(gate())
BESIDE = {**ONE, **ORDINARY}
TWO = project(gate(), OTHER)
JUDGED = project(gate("pass", "replace(SUMS, needs=('judge',))"), OTHER)
KEYLESS = ini("model = openai/gpt-4o-mini")
TRUTH = "has no truth value, for it would be true whatever was measured; write"
ASSERTED = {
    "assert scores.accuracy": f"an estimate {TRUTH}",
    "assert scores": f"scores {TRUTH}",
    "assert scores.meets": f"scores.meets, which is not called here, {TRUTH}",
    "assert scores.metrics": f"scores.metrics {TRUTH}",
    "assert not scores.accuracy": TRUTH,
    "assert scores.accuracy and True": TRUTH,
    "if scores.accuracy: pass": TRUTH,
    "assert bool(scores['accuracy'])": TRUTH,
    "assert scores.primary": TRUTH,
    "assert any(scores.metrics.values())": TRUTH,
    "assert all(scores)": "scores are not iterable; write",
    "assert scores.accuracy == 'high'": "n=10) is not high",
    "assert scores.accuracy > None": "not supported between instances of 'Estimate' and 'NoneType'",
    "assert scores.acuracy > 0": "metric of sums: unknown name ('acuracy'); did you mean accuracy",
    "assert scores['f1'] > 0": "metric of sums: unknown name ('f1')",
    "assert 'accuracy' in scores": "",
    "assert len(scores.metrics) == 1": "",
    "assert scores.samples": "",
    "assert scores.accuracy == 0.1": "",
    "assert scores.accuracy is not None": "",
    "assert scores.accuracy in (0.1, 0.2)": "",
    "assert round(scores.accuracy, 1) == float(scores.accuracy) == 0.1": "",
    "assert f'{scores.accuracy:.2f}' == '0.10'": "",
    "assert scores.accuracy == pytest.approx(0.11, abs=0.02)": "",
    "assert scores.accuracy >= scores.primary": "",
}
KINDS = (("benchmark", "scores", "SUMS"), ("index", "report", "'mine.json'"), ("arena", "leaderboard", "data=SUMS"))
HELD = (
    Case(row="A1", what="threshold of the decorator, not asserted", status=1, counts="1 failed",
         files=project(gate("pass", "SUMS, threshold=0.99")), says="is below 0.99 (set by the decorator)"),
    Case(row="A1", what="--eval-threshold", status=1, files=ONE, says="is below 0.99 (set by --eval-threshold)",
         args=(*MODEL, "--eval-threshold=sums.accuracy=0.99")),
    Case(row="A1", what="thresholds.toml", status=1, says="is below 0.99",
         files={**ONE, "thresholds.toml": "['python/shop:answer']\nsums.accuracy = 0.99\n"}),
    Case(row="A1", what="a threshold that is reached", status=0, counts="1 passed", requests=10,
         files=project(gate("pass", "SUMS, threshold=0.1"))),
    Case(row="A2", what="three kinds of test without their fixture", status=2,
         says=tuple(f"@{kind} on a test that does not use the fixture {name}" for kind, name, _ in KINDS),
         files=project(OTHER, **{f"test_{kind}__py": f"{SUMS}@{kind}({given})\ndef test_it():\n    pass\n"
                                 for kind, _, given in KINDS})),
    Case(row="A3", what=f"{len(ASSERTED)} assertions about scores", status=1,
         says=tuple(filter(None, ASSERTED.values())),
         counts=f"{sum(map(bool, ASSERTED.values()))} failed, {sum(not says for says in ASSERTED.values())} passed",
         files=project(*(gate(asserted, name=f"test_{n}") for n, asserted in enumerate(ASSERTED)))),
)  # fmt: skip
NAMES = (
    Case(row="A4", what="--eval-threshold of a misspelt name", status=4, says="did you mean sums", files=TWO,
         args=(*MODEL, "--eval-threshold=sum.accuracy=0.5"), requests=0),
    Case(row="A4", what="--eval-dataset-args of a misspelt name", status=4, says="did you mean sums", files=TWO,
         args=(*MODEL, '--eval-dataset-args={"sum": {"limit": 2}}'), requests=0),
    Case(row="A4", what="--eval-threshold of an unknown metric", status=10, says="did you mean accuracy", files=TWO,
         args=(*MODEL, "--eval-threshold=sums.acuracy=0.5"), requests=10, counts="1 passed, 1 error"),
    Case(row="A4", what="thresholds.toml with a misspelt name", status=4, says="did you mean sums", requests=0,
         files={**TWO, "thresholds.toml": "[default]\nsum.accuracy = 0.5\n"}),
    Case(row="A4", what="the same, beside an ordinary test", status=10, counts="1 passed, 1 error",
         files={**BESIDE, "thresholds.toml": "[default]\nsum.accuracy = 0.5\n"}, says="did you mean sums", requests=0),
    Case(row="A4", what="thresholds.toml, its test deselected", status=0, counts="1 passed",
         args=(*MODEL, "-k", "other"), files={**TWO, "thresholds.toml": "[default]\nsums.accuracy = 0.5\n"}),
    Case(row="A4", what="--eval-threshold, its test deselected", status=4, says="its tests were not selected",
         files=TWO, args=(*MODEL, "-k", "other", "--eval-threshold=sums.accuracy=0.5")),
)  # fmt: skip
SKIPS = (
    '@pytest.mark.skip(reason="no")\n',
    '@pytest.mark.skipif(True, reason="no")\n',
    "@pytest.mark.skipif(\"sys.platform != 'none'\")\n",
    '@pytest.mark.xfail(run=False, reason="no")\n',
    '@unittest.skip("no")\n',
    '@pytest.mark.usefixtures("skipper")\n',
    '@pytest.mark.usefixtures("needs")\n',
)
GATED = (*MODEL, "--eval-fail-under=0.05")
UNDER = (*MODEL, "--eval-fail-under=0.9")
ENDS = (
    Case(row="A5", what=f"{len(SKIPS)} ways to skip", status=0, requests=10, args=GATED,
         counts=f"2 passed, {len(SKIPS) - 1} skipped, 1 xfailed",
         files=project(*(gate("pass", f"replace(SUMS, name='skipped_{n}')", f"test_{n}", above=mark)
                         for n, mark in enumerate(SKIPS)), OTHER)),
    Case(row="A5", what="a hook of conftest.py", status=0, counts="2 passed, 1 skipped", requests=10, args=GATED,
         files={**TWO, "conftest.py": SKIPPING}),
    Case(row="A5", what="a whole module", status=0, counts="2 passed, 1 skipped", requests=10, args=GATED,
         files=project(OTHER, test_gone__py="import pytest\n\npytest.importorskip('nothing_of_this_name')\n")),
    Case(row="A5", what="all evals skipped, --eval-fail-under", status=10, requests=0, args=UNDER,
         counts="1 skipped, 1 error", says=NO_INDEX, files=project(gate(above=SKIPS[0]))),
    Case(row="A10", what="a failed arena", status=1, counts="1 failed", files=project(ARENA),
         args=(*MODEL, "--eval-judge=python/shop:verdict"),
         written={"outputs/2*/reports/junit.xml": 'failures="1"'}),
    Case(row="A11", what="a judged eval without a judge", status=10, counts="1 passed, 1 error",
         says="judged: a judge scores its completions, but no judge is named",
         files=project(gate("pass", "replace(SUMS, name='judged', score=judge())", "test_judged"), OTHER)),
    Case(row="A12", what="no evals at all", status=0, counts="1 passed", files=ORDINARY, args=(), absent=("outputs",)),
    Case(row="A13", what="an item that runs twice", status=0, counts="1 passed", args=(*MODEL, "--junitxml=junit.xml"),
         files={**ONE, "conftest.py": RERUN}, written={"junit.xml": 'name="evalscope.accuracy.value"'}),
    Case(row="A14", what="JUnit without properties", status=0, files=ONE, counts="1 passed",
         args=(*MODEL, "--junitxml=junit.xml", "--eval-junit-properties=false"), lacks={"junit.xml": "<properties>"}),
    Case(row="A15", what="run folder removed during the run", status=10, counts="1 passed",
         files=project(gate(REMOVED))),
    Case(row="A15", what="a report that cannot be written", status=10, counts="1 passed",
         files=project(gate(IN_THE_WAY))),
    Case(row="A16", what="report of an eval that skips itself", status=0, counts="1 passed, 1 skipped",
         files=project(gate("pytest.skip('no use')"), OTHER),
         written={"outputs/2*/reports/*/sums.json": "skipped: no use"}),
    Case(row="A16", what="report of an xfailed eval", status=0, counts="1 xfailed",
         files=project(gate("assert scores.accuracy > 0.9", above='@pytest.mark.xfail(reason="known")\n')),
         written={"outputs/2*/reports/*/sums.json": "skipped, as it is expected to fail (known)"}),
    Case(row="A17", what="the catalogue of evals", status=0, files={}, args=("--collect-only", "-q", EVALS)),
)  # fmt: skip
MODELS = (
    Case(row="A6", what="no model, beside ordinary tests", status=0, counts="1 passed, 1 skipped", says=NO_MODEL,
         files=BESIDE, args=(), absent=("outputs",)),
    Case(row="A6", what="no model, evals alone", status=4, says=NO_MODEL, files=ONE, args=(), absent=("outputs",)),
    Case(row="A6", what="no model, own fixture model", status=0, counts="1 passed", args=(),
         files={**ONE, "conftest.py": OWN_MODEL}),
    Case(row="A6", what="unknown provider, typed", status=4, says="unknown name ('nosuch')", files=BESIDE,
         args=("--model=nosuch/x",)),
    Case(row="A6", what="unknown provider in the ini file", status=10, counts="1 passed, 1 error", args=(),
         says="unknown name ('nosuch')", files={**BESIDE, **ini("model = nosuch/x")}),
    Case(row="A6", what="judge that is none in the ini file", status=10, counts="1 passed, 1 error",
         says="unknown name ('nosuch')", args=(),
         files={**BESIDE, **ini("judge = nosuch/x\nevalscope_model = fake/fixed:4")}),
    Case(row="A6", what="an option of one benchmark in the ini file", status=10, counts="2 passed, 1 error",
         says="repeats does not fit", files={**TWO, **ORDINARY, **ini('dataset_args = {"sums": {"repeats": 0}}')}),
    Case(row="A6", what="a parameter that is none in the ini file", status=10, counts="1 passed, 1 error",
         says="did you mean temperature", args=(),
         files={**BESIDE, **ini("generation_config = temprature=1\nevalscope_model = fake/fixed:4")}),
    Case(row="A6", what="a strategy no benchmark can take in the ini file", status=10, counts="2 passed, 1 error",
         says="no rule scores its completions",
         files={**JUDGED, **ORDINARY, **ini("judge_strategy = rule")}),
    Case(row="A7", what="ini without key, ordinary tests alone", status=0, counts="1 passed", args=(),
         files={**ORDINARY, **KEYLESS}, absent=("outputs",)),
    Case(row="A7", what="variables without key, ordinary tests alone", status=0, counts="1 passed", args=(),
         files=ORDINARY, env={"EVALSCOPE_MODEL": "openai/gpt-4o-mini", "EVALSCOPE_CACHE_DIR": "/dev/null/x"}),
    Case(row="A7", what="a fork: all tests", status=10, counts="1 passed, 1 error", says=NO_KEY,
         files={**BESIDE, **KEYLESS}, args=()),
    Case(row="A7", what="a fork: -m 'not evalscope'", status=0, counts="1 passed", args=("-m", "not evalscope"),
         files={**BESIDE, **ini("model = openai/gpt-4o-mini\nevalscope_fail_under = 0.9")}, absent=("outputs",)),
    Case(row="A7", what="a fork: evals skipped for want of the key", status=0, counts="1 passed, 1 skipped", args=(),
         files={**ORDINARY, **KEYLESS, **project(gate(above=SKIPS[1]))}),
    Case(row="A7", what="ini without key, evals alone", status=4, says=NO_KEY, files={**ONE, **KEYLESS}, args=()),
    Case(row="A7", what="--collect-only without key", status=0, files={**BESIDE, **KEYLESS},
         args=("--collect-only", "-q"), says="test_sums.py::test_sums[openai/gpt-4o-mini-default]"),
)  # fmt: skip
WRONG = {
    gate("pass", "OTHER", above="@benchmark(SUMS)\n"): "it has @benchmark already",
    "@benchmark(SUMS)\n@index('x.json')\ndef test_it(scores):\n    pass\n": "it has @index already",
    "@benchmark(SUMS)\nclass TestIt:\n    pass\n": "it is a class and no function",
    "class TestIt(unittest.TestCase):\n    @benchmark(SUMS)\n    def test_it(self):\n        pass\n": "a unittest.",
    "@benchmark\ndef test_it(scores):\n    pass\n": "written without parentheses",
    gate("pass", name="sums"): "which pytest does not collect as a test",
    "@pytest.fixture\n" + gate(): "is a fixture",
}
REFUSALS = (
    Case(row="A8", what="one benchmark in two ways", status=4, says="run it in two ways",
         files=project(gate("pass", "SUMS, limit=2", "test_two"), gate("pass", "SUMS, limit=3", "test_three"))),
    Case(row="A8", what="--eval-index=nosuch.json", status=4, says="--eval-index: file not found (nosuch.json)",
         files=ONE, args=(*MODEL, "--eval-index=nosuch.json")),
    Case(row="A8", what="--eval-index= (empty)", status=4, says="--eval-index: ", files=ONE,
         args=(*MODEL, "--eval-index=")),
    Case(row="A8", what="--eval-fail-under= (empty)", status=4, says="--eval-fail-under: ", files=ONE,
         args=(*MODEL, "--eval-fail-under=")),
    Case(row="A8", what="--eval-index of a benchmark that is none", status=10, says="did you mean gsm8k",
         files={**ONE, "mine.json": INDEX}, args=(*MODEL, "--eval-index=mine.json"), counts="1 passed, 1 error"),
    Case(row="A8", what="--eval-index that is no JSON", status=10, says="mine.json: ", counts="1 passed, 1 error",
         files={**ONE, "mine.json": "{"}, args=(*MODEL, "--eval-index=mine.json")),
    Case(row="A8", what="a work dir that cannot be made", status=4, says="--eval-work-dir: ",
         files={**ONE, "in_the_way": ""}, args=(*MODEL, "--eval-work-dir=in_the_way")),
    Case(row="A9", what=f"{len(WRONG)} wrong uses of a decorator", status=2, says=tuple(WRONG.values()), requests=0,
         files={"shop.py": SHOP, **{f"test_{n}.py": SUMS + body for n, body in enumerate(WRONG)}}),
    Case(row="A18", what="--eval-fail-under=2", status=4, says="--eval-fail-under: ", files=ONE,
         args=(*MODEL, "--eval-fail-under=2")),
    Case(row="A18", what="--eval-data-dir=/nosuch", status=4, says="--eval-data-dir: ", files=ONE,
         args=(*MODEL, "--eval-data-dir=/nosuch")),
    Case(row="A18", what="--eval-data-dir DIR outside of the project", status=4, files=ONE,
         args=(*MODEL, "--eval-data-dir", "/usr/lib"), says="accepted: --eval-data-dir=/usr/lib"),
    Case(row="A18", what="few_shot=-1", status=2, says="few_shot", files=project(gate("pass", "SUMS, few_shot=-1"))),
)  # fmt: skip
INDEXES = (
    Case(row="index", what="below", status=1, says="is below 0.9", files=TWO, args=UNDER, counts="1 failed, 2 passed"),
    *(Case(row="index", what=" ".join(args) or "ordinary tests alone", status=10, says=NO_INDEX, files=files,
           counts=counts, args=(*UNDER, *args))
      for files, args, counts in (
          (TWO, ("-k", "nothing"), "1 error"),
          (TWO, ("-m", "slow"), "1 error"),
          (TWO, ("--deselect=test_sums.py",), "1 error"),
          ({"empty/a.txt": "", "shop.py": SHOP}, ("empty",), "1 error"),
          ({**ORDINARY, "shop.py": SHOP}, (), "1 passed, 1 error"),
      )),
    Case(row="index", what="--deselect one", status=10, says="other/default of python/shop:answer was deselected",
         files=TWO, args=(*UNDER, "--deselect=test_sums.py::test_other"), counts="1 passed, 1 error"),
    Case(row="index", what="a test file that is broken", status=2, files={**TWO, "test_x.py": "("}, args=UNDER,
         says="SyntaxError"),
    Case(row="index", what="--collect-only", status=0, files=TWO, args=(*UNDER, "--collect-only")),
    Case(row="index", what="-k nothing, no --eval-fail-under", status=5, files=TWO, args=(*MODEL, "-k", "nothing")),
    Case(row="index", what="-k nothing, a gate in the ini file", status=5, files={**TWO, **ini("fail_under = 0.9")},
         args=(*MODEL, "-k", "nothing")),
)  # fmt: skip
CASES = (*HELD, *NAMES, *ENDS, *MODELS, *REFUSALS, *INDEXES)
