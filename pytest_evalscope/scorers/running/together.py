"""The tests of a solution in its own process, where they cannot do without: patches, data frames, plots.

Read from stdin, as JSON: the tests, their form (`assert` or `unittest`), and what is written at their end (`proof`).
The solution is `program.py`. Its process receives the tests after the solution was imported, and the proof never: it
says what came of each test, and this process believes it when every test of the text is among them, and when tests
that are made up here, some of which must fail, came out as they must before and after. A solution that knows this file
can still forge it, as it can in every harness of one process.
"""

from __future__ import annotations

import ast
import os
import sys
from typing import Any

from pytest_evalscope.scorers.running.wire import (
    LEFT,
    UNREADABLE,
    apart,
    conceal,
    dumps,
    end,
    loads,
    receive,
    send,
    unsound,
    whole,
)

CHECKS = 6
"""Tests that are made up, before the others and after them."""
FORMS = (
    "assert {0} == {1}",
    "self.assertEqual({0}, {1})",
    "self.assertTrue({0} == {1})",
    "self.assertIn({0}, [{1}])",
    "self.assertFalse({0} != {1})",
)
PATCHED = "it changed how tests are run"


# In the solution's process


def serve(requests: int, answers: int) -> None:
    """Import the solution, run the tests that come then, and say what came of them."""
    import unittest
    from _blake2 import blake2b

    import program  # type: ignore[import-not-found] # the solution

    send(answers, b"imported")
    job = loads(receive(requests).decode())
    keyed = blake2b(key=bytes.fromhex(job["key"]))
    names = vars(program)
    results: list[Any] = []
    run = _unittest if job["form"] == "unittest" else _asserts
    run(unittest, job, names, results)
    if sys.gettrace() is not None or sys.getprofile() is not None:
        results.append(["trace", "failed"])
    send(answers, b"ran")
    keyed.update(receive(requests))
    report = dumps(results)
    keyed.update(report.encode())
    send(answers, dumps([report, keyed.hexdigest()]).encode())


def _asserts(unittest: Any, job: Any, names: dict[str, Any], results: list[Any]) -> None:
    """Run a text to its end, between two runs of the made up tests; what it raises goes on."""
    checks: dict[str, Any] = {"unittest": unittest}
    exec(compile(job["checks"], "tests.py", "exec"), checks)  # noqa: S102 - made up
    for last in (False, True):
        case = checks["TestCases"]()
        for name in job["names"]:
            try:
                getattr(case, name)()
            except AssertionError:
                results.append([name, "failed"])
            else:
                results.append([name, "ok"])
        if not last:
            exec(compile(job["tests"], "tests.py", "exec"), names)  # noqa: S102 - of the benchmark
            results.append(["tests", "ok"])


def _unittest(unittest: Any, job: Any, names: dict[str, Any], results: list[Any]) -> None:
    """Run the class `TestCases` of a text, between two runs of the made up tests."""
    checks: dict[str, Any] = {"unittest": unittest}
    exec(compile(job["checks"], "tests.py", "exec"), checks)  # noqa: S102 - made up
    exec(compile(job["tests"], "tests.py", "exec"), names)  # noqa: S102 - of the benchmark

    class Results(unittest.TestResult):  # type: ignore[misc] # it comes as a value: this text runs without the package
        def addSuccess(self, test: Any) -> None:  # noqa: N802 - unittest's name
            results.append([_name(test), "ok"])

        def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802 - as above
            results.append([_name(test), "skipped"])

        def addFailure(self, test: Any, error: Any) -> None:  # noqa: N802 - as above
            results.append([_name(test), "failed", f"{error[0].__name__}: {error[1]}"[:300]])

        def addSubTest(self, test: Any, part: Any, error: Any) -> None:  # noqa: N802 - as above
            if error is not None:
                self.addFailure(test, error)

        def addExpectedFailure(self, test: Any, error: Any) -> None:  # noqa: N802 - as above
            results.append([_name(test), "ok"])

        def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802 - as above
            results.append([_name(test), "failed"])

        addError = addFailure  # noqa: N815 - as above

    def load(kind: Any) -> Any:
        tests = unittest.defaultTestLoader.loadTestsFromTestCase(kind)
        return unittest.TestSuite([_to_its_end(unittest, test) for test in tests])

    cases = [load(kind) for kind in (checks["TestCases"], names["TestCases"], checks["TestCases"])]
    unittest.TestSuite(cases).run(Results())


def _to_its_end(unittest: Any, test: Any) -> Any:
    """Return the test, failing by the exception that unittest takes for the end of a test whose parts have failed."""
    method = getattr(test, _name(test))

    def run() -> Any:
        try:
            return method()
        except unittest.case._ShouldStop as error:
            raise AssertionError("it raised _ShouldStop") from error

    vars(run).update(method.__dict__)  # decorators of unittest leave their marks there
    setattr(test, _name(test), run)
    return test


def _name(test: Any) -> str:
    return str(getattr(test, "_testMethodName", test))


# In the other


def made_up(count: int) -> tuple[str, dict[str, str]]:
    """Return the text of a class of tests that nobody knows before, and what must come of each."""
    lines, wanted = ["class TestCases(unittest.TestCase):"], {}
    drawn = sorted(os.urandom(5).hex() for _ in range(count))
    for place, name in enumerate(drawn):
        value = int.from_bytes(os.urandom(3), "big")
        right = place % 2 if place < 2 else os.urandom(1)[0] % 2
        text = FORMS[os.urandom(1)[0] % len(FORMS)].format(value, value + 1 - right)
        lines += [f"    def test_{name}(self):", f"        {text}"]
        wanted[f"test_{name}"] = "ok" if right else "failed"
    return "\n".join(lines) + "\n", wanted


def tests_in(text: str) -> dict[str, bool]:
    """Return the tests of the class `TestCases`, and whether each says that it may be skipped."""
    found: dict[str, bool] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and node.name == "TestCases":
            whole_class = any("skip" in ast.dump(each) for each in node.decorator_list)
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and part.name.startswith("test"):
                    found[part.name] = whole_class or "skip" in ast.dump(part)
    return found


def problem_of(results: Any, wanted: dict[str, str], tests: dict[str, bool]) -> str:
    """Return what is wrong with the results, in a line; empty where all tests passed."""
    own = [each for each in results if each[0] not in wanted]
    checks = [each for each in results if each[0] in wanted]
    if [each[:2] for each in checks] != [[name, end_] for name, end_ in wanted.items()] * 2:
        return PATCHED
    if results[: len(wanted)] != checks[: len(wanted)] or results[-len(wanted) :] != checks[len(wanted) :]:
        return PATCHED
    came = {each[0]: each[1] for each in own}
    bad = [each for each in own if each[1] != "ok" and not (each[1] == "skipped" and tests.get(each[0]))]
    if bad:
        said = next((f" ({each[2]})" for each in bad if len(each) > 2), "")
        return f"{len(bad)} of {max(len(own), len(tests))} tests failed{said}"
    missing = [name for name in tests if name not in came]
    return f"{len(missing)} of {len(tests)} tests did not run" if missing else ""


def main() -> None:
    """Have the tests run and write the proof that all of them passed, and their number."""
    sys.path[:] = [folder for folder in sys.path if folder]
    number, answers, requests = apart(serve)
    conceal()
    job = loads(whole(0).decode())
    try:
        compile(job["tests"], "tests.py", "exec")
        tests = tests_in(job["tests"]) if job["form"] == "unittest" else {"tests": False}
        if not tests:
            raise ValueError("no class TestCases with tests")
    except (SyntaxError, ValueError) as error:
        unsound(f"{type(error).__name__}: {error}")
    text, wanted = made_up(CHECKS)
    key, challenge = os.urandom(32), os.urandom(32)
    sent = {"tests": job["tests"], "form": job["form"], "key": key.hex(), "checks": text, "names": list(wanted)}
    try:
        problem = conversation(answers, requests, sent, challenge, wanted, tests)
    except OSError:
        problem = LEFT
    except Exception:  # noqa: BLE001 - whatever the solution wrote, it is no report
        problem = UNREADABLE
    if problem:
        end(number, problem)
    os.write(1, f"\n{job['proof']} {len(tests)}\n".encode())
    os.kill(number, 9)
    os._exit(0)


def conversation(
    answers: int, requests: int, sent: dict[str, Any], challenge: bytes, wanted: dict[str, str], tests: dict[str, bool]
) -> str:
    """Have the tests run; return what is wrong, in a line. Raises what an unreadable report raises, OSError."""
    from _blake2 import blake2b

    send(requests, b"begin")
    for wanted_message, next_message in ((b"imported", dumps(sent).encode()), (b"ran", challenge)):
        message = receive(answers)
        if message != wanted_message:
            return UNREADABLE if message else LEFT
        send(requests, next_message)
    message = receive(answers)
    if not message:
        return LEFT
    report, digest = loads(message.decode())
    keyed = blake2b(challenge + report.encode(), key=bytes.fromhex(sent["key"]))
    if keyed.hexdigest() != digest:
        return PATCHED
    return problem_of(loads(report), wanted, tests)


if __name__ == "__main__":
    main()
