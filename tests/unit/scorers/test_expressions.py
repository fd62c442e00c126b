"""`math()`: what is equal whatever its form, and what costs too much to be told."""

import asyncio
import inspect
import sys
from typing import Any, cast

import pytest

from pytest_evalscope.errors import MissingExtra, ScorerError
from pytest_evalscope.scorers import math, verification
from pytest_evalscope.scorers.verification import Verification, require_math_verify
from pytest_evalscope.types import Completion, Context, Sample

CONTEXT = Context(model=cast("Any", None))
bounded = pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no process, and ends none by a signal")


def score(target, reply):
    """The score, and whether math-verify had to be asked."""

    async def mark():
        given = math()(Sample(input="?", target=target), Completion(text=reply), CONTEXT)
        return (await given, True) if inspect.isawaitable(given) else (given, False)

    return asyncio.run(mark())


@pytest.mark.parametrize(
    ("target", "reply", "right"),
    [
        ("18", r"\boxed{18}", True),
        ("18", r"\boxed{18.0}", True),
        ("1,800", "The answer is 1800.", True),
        ("18", r"\boxed{19}", False),
        (r"\frac12", r"\boxed{0.5}", True),
        (r"\left(3, \frac{\pi}{2}\right)", r"\boxed{(3,\dfrac{\pi}{2})}", True),
        (("4", "5"), "5", True),
        ("4", "", False),
    ],
)
def test_what_is_written_alike_and_numbers_need_no_process(target, reply, right):
    given, asked = score(target, reply)
    assert (given.values, asked) == ({"accuracy": float(right)}, False)


@pytest.mark.parametrize(
    ("target", "reply", "right"),
    [
        (r"2\sqrt{3}", r"\sqrt{12}", True),
        ("p - q", "-q + p", True),
        ("1/3", "0.333333", True),
        ("1/3", "0.33", False),
        ("5", "x = 5", True),
        (r"\{1,2\}", "2, 1", True),
        ("[2,5)", "(2,5]", False),
        (r"50\%", "0.5", True),
        (r"\text{east}", "west", False),
        ("3", "__import__('os').system('true')", False),
        (("7", r"\sqrt{2}"), "2^{1/2}", True),
    ],
)
def test_math_verify_tells_the_rest(target, reply, right):
    given, asked = score(target, rf"\boxed{{{reply}}}")
    assert (given.values, asked) == ({"accuracy": float(right)}, True)
    assert given.explanation == "structured, the last box"


@pytest.mark.slow
@bounded
def test_a_process_that_was_ended_is_replaced():
    child = Verification()
    child.equal(["2"], "1+1")
    process = child._process
    assert process is not None
    process.kill()  # as the system does when the time is spent, but at once
    process.wait()
    with pytest.raises(ScorerError, match=r"math: math-verify was ended \(60 s without a result, or out of memory\)"):
        child.equal(["2"], "1+1")
    assert child.equal(["2"], "1+1") is True
    assert child._process is not process
    assert child.close() == 0
    assert child.close() is None


@pytest.mark.slow
@bounded
def test_the_price_is_bounded_by_the_system(monkeypatch):
    cheap = verification._RUN.replace("main()", "vc.CPU_SECONDS = 0; main()").replace(
        "from", "import pytest_evalscope.scorers.verify_child as vc; from", 1
    )
    monkeypatch.setattr(verification, "_RUN", cheap)
    child = Verification()
    assert child.equal(["2"], r"\int_0^{\infty} \frac{\sin x^x}{x^x} dx") is None
    assert child._process is None
    monkeypatch.undo()  # less than a second of CPU time may end even a cheap comparison on a slow machine
    assert child.equal(["2"], "1+1") is True
    child.close()


def test_a_reply_that_was_too_costly_says_so(monkeypatch):
    child = Verification()
    monkeypatch.setattr(child, "equal", lambda golds, answer: None)
    monkeypatch.setattr("pytest_evalscope.scorers.expressions.verification", lambda: child)
    given, _ = score("2", r"\boxed{x}")
    assert given.values == {"accuracy": 0.0}
    assert given.explanation == "too costly to compare: counts as wrong"


def test_a_process_that_cannot_start_is_an_error(monkeypatch):
    monkeypatch.setattr(verification, "_RUN", "raise SystemExit(3)  # {path}")
    with pytest.raises(
        ScorerError, match=r"math: math-verify cannot be started \(exit code 3\); is its installation complete\?"
    ):
        Verification().equal(["2"], "1+1")


def test_without_math_verify_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(verification, "find_spec", lambda name: None)
    require_math_verify.cache_clear()
    with pytest.raises(MissingExtra, match=r"pip install 'pytest-evalscope\[math\]'"):
        require_math_verify()
    require_math_verify.cache_clear()


def test_math_verify_is_not_loaded_here():
    score("2", r"\boxed{1+1}")
    assert "math_verify" not in sys.modules
