# ruff: noqa: E501, ISC004 - programs on one line each
"""Tests and solution in two processes: what passes between them, and what is the tests' own."""

import json
import subprocess
import sys

import pytest

from pytest_evalscope.scorers.running import together
from pytest_evalscope.scorers.running.sources import source, text_of
from pytest_evalscope.scorers.running.wire import decode, dumps, encode, loads

pytestmark = [
    pytest.mark.slow,  # processes
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork"),
]


@pytest.fixture
def passes(tmp_path):
    """Run tests on a solution; the number of uses when they pass, else the last line of what went wrong."""

    def run(code, tests, head="", text=None):
        (tmp_path / "program.py").write_text(code, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", text or source("apart")],
            input=json.dumps({"tests": tests, "head": head, "proof": "passed X"}).encode(),
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
            check=False,
        )
        found = done.stdout.decode().rpartition("passed X ")
        if done.returncode == 0 and found[1]:
            return int(found[2])
        return done.stderr.decode().rstrip().rpartition("\n")[2]

    return run


VALUES = [
    "1", "-(10 ** 30)", "10 ** 6000", "1.5", "float('inf')", "True", "None", "''", "'\\ud800'", "b'\\xff'", "bytearray(b'a')",
    "1 + 2j", "[]", "[1, [2, (3,)]]", "(1,)", "{1: (2,)}", "{(1, 2): {3}}", "{1, 2}", "frozenset({1})", "range(3, 9, 2)",
    "__import__('decimal').Decimal('0.1')", "__import__('fractions').Fraction(1, 3)", "int", "[True, 1, 1.0, 'a', None]",
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_plain_value_comes_back_as_it_was(passes, value):
    tests = f"made = f({value})\nassert made == {value} and type(made) is type({value})"
    assert passes("def f(x): return x", tests) == 2


@pytest.mark.parametrize(
    ("code", "tests"),
    [
        ("def f(x):\n    x.append(3)\n    x[0][1] = 5", "a = [{}]\nb = a[0]\nf(a)\nassert a == [{1: 5}, 3] and b == {1: 5}"),
        ("def f(x): x.clear()", "a = {1}\nb = {2: 3}\nf(a), f(b)\nassert (a, b) == (set(), {})"),
        ("def f(n): return (str(i) for i in range(n))", "assert list(f(3)) == ['0', '1', '2']"),
        ("def f(n): return map(str, range(n))", "assert '2' in f(3) and next(f(1)) == '0'"),
        ("def f(g, x): return [g(y) for y in x]", "assert f(lambda v: v + 1, [1, 2]) == [2, 3]"),
        ("def f(g):\n    try: g()\n    except RuntimeError as error: return str(error)",
         "def g(): raise ValueError('no')\nassert f(g) == 'no'"),
        ("class N:\n    def __init__(self, v): self.v = v\ndef f(n): return n.v + n.left.v",
         "r = N(1)\nr.left = N(5)\nassert f(r) == 6 and r.left.v == 5 and isinstance(r, N) and r.left is r.left"),
        ("class S:\n    def __init__(self): self.x = []\n    def __len__(self): return len(self.x)\n"
         "    def __getitem__(self, i): return self.x[i]\n    def push(self, v, *, twice=False): self.x += [v] * (1 + twice)",
         "s = S()\ns.push(3, twice=True)\nassert len(s) == 2 and s[1] == 3 and bool(s) and list(s) == [3, 3]"),
        ("class P:\n    def __eq__(self, o): return isinstance(o, P)\n    __hash__ = None\n    def __str__(self): return 'p'",
         "import copy\nassert P() == P() and P() != 1 and str(P()) == 'p' and copy.deepcopy(P()) == P()"),
        ("def f(x): raise KeyError(x)", "try: f('a')\nexcept KeyError as e: assert e.args == ('a',)\nelse: assert False"),
        ("class Q(ValueError): pass\ndef f(): raise Q('x')", "try: f()\nexcept ValueError as e: assert str(e) == 'Q: x'\nelse: assert 0"),
        ("def sum(a, b): return a * b", "assert sum(2, 3) == 6"),
        ("def abs(x): return 0\ndef f(x): return x", "assert abs(f(-3)) == 3"),
        ("import math\ndef f(): return math.pi", "assert math.isclose(f(), 3.14159, abs_tol=1e-3)"),
        ("class math:\n    isclose = staticmethod(lambda *_, **__: False)\ndef f(): return 2", "assert math.isclose(f(), 2)"),
        ("from collections import Counter\ndef f(x): return Counter(x)", "assert f('aab') == {'a': 2, 'b': 1}"),
        ("from collections import namedtuple\ndef f(): return namedtuple('P', 'x')(1)", "assert f() == (1,)"),
        ("import enum\nclass E(enum.IntEnum):\n    A = 1\ndef f(): return E.A", "assert f() == 1"),
        ("x = [1]", "assert x == [1]"),
        ("def f(d): return d.year", "import datetime\nassert f(datetime.date(2020, 1, 1)) == 2020"),
        ("def f(*a, **k): return [list(a), k]", "assert f(1, b=2) == [[1], {'b': 2}]"),
    ],
)  # fmt: skip
def test_what_tests_do_with_a_solution_works_over_there_too(passes, code, tests):
    assert isinstance(passes(code, tests), int)


@pytest.mark.parametrize(
    ("code", "tests", "said"),
    [
        ("def f(): return 1", "assert f() == 2, 'no'", "AssertionError: no"),
        ("def f(): raise ValueError('no')", "f()", "ValueError: no"),
        (
            "def f(): return object()",
            "assert f() < 3",
            "TypeError: '<' not supported between instances of 'Ref' and 'int'",
        ),
        ("x =", "f()", "SyntaxError: invalid syntax"),
        ("1 / 0", "f()", "ZeroDivisionError: division by zero"),
        ("", "f()", "NameError: name 'f' is not defined"),
        ("def f(): raise MemoryError", "f()", "MemoryError"),
        ("import os\ndef f(): os._exit(0)", "try: f()\nexcept: pass", "it left before its tests"),
        ("def f(): return 1", "raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_what_went_wrong_is_told_in_the_last_line(passes, code, tests, said):
    assert passes(code, tests) == said


def test_arguments_keep_their_type(passes):
    code = "def f(*values): return [type(value).__name__ for value in values]"
    tests = "import array, collections\nassert f(bytearray(b'a'), array.array('i', [1]), collections.deque(), True, memoryview(b''))"
    assert passes(code, tests).startswith("an argument cannot be sent to the solution (")
    tests = tests.replace(", memoryview(b'')", "") + " == ['bytearray', 'array', 'deque', 'bool']"
    assert passes(code, tests) == 2
    assert passes(code, "class Own: pass\nf(Own())").startswith("an argument cannot be sent to the solution (")


def test_helpers_of_the_prompt_are_the_tests_own(passes):
    head = "import math\n\n\ndef poly(x):\n    return 2 * x\n\n\ndef zero():\n    ''' Return what poly makes 0. '''\n"
    tests = "assert math.fabs(poly(zero())) < 1e-6"
    assert isinstance(passes(head + "    return 0", tests, head), int)
    assert passes(head + "    return 1\ndef poly(x): return 0", tests, head) == "AssertionError"


def test_the_text_runs_where_python_is_another(passes):
    # The compiled form is for this Python only.
    text = source("apart").replace("hexversion) ==", "hexversion) !=")
    assert passes("def f(): return 1", "assert f() == 1", text=text) == 2
    assert "typing" not in text_of("apart")


def test_an_object_does_not_say_where_in_the_memory_of_the_tests_its_numbers_are(passes):
    pytest.importorskip("numpy")
    code = (
        "import sys\nclass Placed:\n    @property\n    def __array_interface__(self):\n"
        "        place = id(sys.float_info[8]) + 16\n"
        "        return {'data': (place, False), 'shape': (1,), 'typestr': '<f8', 'version': 3}\n"
        "def f(): return Placed()"
    )
    assert "TypeError" in str(
        passes(code, "import numpy, sys\nassert numpy.allclose(f(), sys.float_info.epsilon, atol=0)")
    )
    # What an object makes of itself is another matter.
    code = (
        "import numpy\nclass Made:\n    def __array__(self, *_, **__): return numpy.arange(3)\ndef f(): return Made()"
    )
    assert passes(code, "import numpy\nassert numpy.allclose(f(), [0, 1, 2])") >= 2


def test_numpys_values_come_as_numbers_and_arrays(passes):
    pytest.importorskip("numpy")
    code = "import numpy as np\ndef f(): return np.float64(1.5)\ndef g(): return np.arange(4).reshape(2, 2)"
    tests = "import numpy\nassert type(f()) is float and f() == 1.5\n"
    tests += "made = g()\nassert made.shape == (2, 2) and (made == numpy.arange(4).reshape(2, 2)).all()"
    assert isinstance(passes(code, tests), int)


@pytest.mark.parametrize(
    "text", ['{"ref": 1, "int": "1"}', '{"type": "print"}', '{"type": "nothing"}', '{"code": "1"}', '{"int": "z"}', "{}",
             '{"dict": [[1]]}', '{"set": [[1]]}', '{"bytes": "x"}'],
)  # fmt: skip
def test_what_no_value_is_written_as_is_refused(text):
    with pytest.raises((ValueError, TypeError, KeyError)):
        decode(loads(text), lambda number: number)


@pytest.mark.parametrize("text", ["", "[1", "[1] 2", "nonsense"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        loads(text)


def test_a_value_of_no_plain_type_stays_where_it_is():
    kept = []

    def refer(value):
        kept.append(value)
        return {"ref": 7}

    written = dumps(encode([object(), 1], refer))
    assert (written, len(kept)) == ('[{"ref": 7}, 1]', 1)
    assert decode(loads(written), lambda number: ("object", number)) == [("object", 7), 1]


def results(wanted, *own):
    made = [[name, end] for name, end in wanted.items()]
    return [*made, *own, *made]


def test_a_report_is_believed_when_every_test_and_every_check_is_in_it():
    text, wanted = together.made_up(6)
    assert {*wanted.values()} == {"ok", "failed"}
    assert all(name in text for name in wanted)
    tests = {"test_a": False, "test_b": True}
    right = results(wanted, ["test_a", "ok"], ["test_b", "ok"])
    assert together.problem_of(right, wanted, tests) == ""
    assert together.problem_of(results(wanted, ["test_a", "ok"], ["test_b", "skipped"]), wanted, tests) == ""
    assert (
        together.problem_of(results(wanted, ["test_a", "skipped"], ["test_b", "ok"]), wanted, tests)
        == "1 of 2 tests failed"
    )
    assert together.problem_of(results(wanted, ["test_a", "failed", "no"], ["test_b", "ok"]), wanted, tests) == (
        "1 of 2 tests failed (no)"
    )
    assert together.problem_of(results(wanted, ["test_a", "ok"]), wanted, tests) == "1 of 2 tests did not run"
    changed = "it changed how tests are run"
    calm = dict.fromkeys(wanted, "ok")
    for report in (results(calm, *right[6:8]), right[6:], right[:8], [*right[6:8], *right[:6], *right[8:]], []):
        assert together.problem_of(report, wanted, tests) == changed


def test_the_tests_of_a_text_are_counted_without_running_it():
    text = "class Other:\n    def test_x(self): pass\n@skip\nclass TestCases:\n    def test_a(self): pass\n    def help(self): pass\n"
    assert together.tests_in(text) == {"test_a": True}
    assert together.tests_in(
        "class TestCases:\n    def test_a(self): self.skipTest('')\n    def test_b(self): pass\n"
    ) == {
        "test_a": True,
        "test_b": False,
    }
