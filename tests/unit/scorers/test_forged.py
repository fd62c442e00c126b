# ruff: noqa: E501, F541 - programs on one line each, and their texts
"""Solutions that try to read or forge the proof of passing, in every form in which code is scored."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.sandbox import available, open_sandbox
from pytest_evalscope.types import Completion, Context, Sample

pytestmark = pytest.mark.slow  # processes

TEST = """
def check(candidate):
    assert candidate([1, 2, 4]) == 6
    assert candidate([]) == 0
    assert abs(candidate([3, 8]) - 8) < 1e-6
"""
PROMPT = 'def total(numbers):\n    """ Return the sum of the even numbers. """\n'
HUMANEVAL = Sample(input="?", metadata={"prompt": PROMPT, "test": TEST, "entry_point": "total"})
MBPP = Sample(input="?", metadata={"tests": "assert total([1, 2, 4]) == 6\nassert total([]) == 0", "setup": ""})
SAMPLES = {"humaneval": HUMANEVAL, "mbpp": MBPP}
GOOD = "def total(numbers):\n    return sum(n for n in numbers if n % 2 == 0)\n"
WRONG = "def total(numbers):\n    return 7\n"
LEAVE = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)\n"


@pytest.fixture(scope="module")
def score():
    """Score completions of a benchmark, all at once."""
    if (problem := available()) is not None:
        pytest.skip(problem.message)

    def scored(name, sample, *codes, language="python"):
        async def run():
            sandbox = open_sandbox("local")
            context = Context(model=cast("Any", None), sandbox=sandbox)
            scorer = cast("Any", load(name).score)
            if hasattr(scorer, "limits"):  # the seconds of some are many
                scorer = replace(scorer, limits=replace(scorer.limits, seconds=5.0))
            try:
                return await asyncio.gather(
                    *(scorer(sample, Completion(text=f"```{language}\n{code}\n```"), context) for code in codes)
                )
            finally:
                await sandbox.aclose()

        return asyncio.run(run())

    return scored


STRINGS = """
import os, sys
def shown(value):
    os.write(1, b'\\n' + str(value).encode('utf-8', 'replace') + b'\\n')
"""
MEMORY = """
def look(number):
    for line in open(f'/proc/{number}/maps'):
        begin, end = (int(part, 16) for part in line.split()[0].split('-'))
        if ' rw' in line and end - begin < 1 << 24:
            with open(f'/proc/{number}/mem', 'rb', 0) as memory:
                memory.seek(begin)
                data = memory.read(end - begin)
            place = data.find(b'passed ')
            while place >= 0:
                os.write(1, b'\\n' + data[place:place + 45].replace(b'\\n', b' ') + b'\\n')
                os.write(1, b'\\n' + data[place:place + 39] + b' 3\\n')
                place = data.find(b'passed ', place + 1)
"""
FORGED = {
    "own file": f"print(open(__file__).read()){LEAVE}",
    "leaves": LEAVE,
    "leaves when called": f"def total(numbers):\n    import os\n    os._exit(0)\n",
    "exit": "exit(0)",
    "exit when called": "def total(numbers):\n    raise SystemExit(0)\n",
    "code of the frames": STRINGS + """
frame = sys._getframe()
while frame:
    shown(frame.f_code.co_consts)
    shown(frame.f_locals)
    shown(frame.f_globals)
    frame = frame.f_back
""" + LEAVE,
    "code of the frames when called": STRINGS + """
def total(numbers):
    frame = sys._getframe()
    while frame:
        for value in frame.f_code.co_consts: shown(value)
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]: shown(value)
        frame = frame.f_back
    os._exit(0)
""",
    "all objects": STRINGS + """
import gc
for each in gc.get_objects():
    if isinstance(each, (dict, list, tuple)):
        for value in (each.values() if isinstance(each, dict) else each):
            if isinstance(value, str) and 'passed' in value: shown(value)
""" + LEAVE,
    "excepthook": f"import os, sys\nsys.excepthook = lambda *_: (print(open(__file__).read(), flush=True), os._exit(0))\n{WRONG}",
    "atexit": f"import atexit, os\natexit.register(lambda: (print(open(__file__).read(), flush=True), os._exit(0)))\n{WRONG}",
    "own memory": f"import os\n{MEMORY}\nlook('self'){LEAVE}",
    "own memory when called": f"import os\n{MEMORY}\ndef total(numbers):\n    look('self')\n    os._exit(0)\n",
    "memory of all": f"""
import os
{MEMORY}
def total(numbers):
    for number in os.listdir('/proc'):
        if number.isdigit():
            try: look(number)
            except OSError: pass
    os._exit(0)
""",
    "files of all": """
import os
def total(numbers):
    for number in filter(str.isdigit, os.listdir('/proc')):
        for name in ('cmdline', 'environ', *(f'fd/{each}' for each in range(10))):
            try:
                file = os.open(f'/proc/{number}/{name}', os.O_RDONLY | os.O_NONBLOCK)
                os.write(1, b'\\n' + os.read(file, 1 << 16).replace(b'\\0', b'\\n') + b'\\n')
            except OSError: pass
    os._exit(0)
""",
    "settrace": """
import sys
def trace(frame, event, arg):
    if event == 'line':
        try: frame.f_lineno = frame.f_lineno + 1
        except ValueError: pass
    return trace
frame = sys._getframe()
while frame:
    frame.f_trace = trace
    frame = frame.f_back
sys.settrace(trace)
""" + WRONG,
    "setprofile": f"import sys, os\nsys.setprofile(lambda frame, event, arg: event == 'c_exception' and os._exit(0))\n{WRONG}",
    "equals all": "class All:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return self\n"
    "    __abs__ = __lt__ = __eq__\n    def __hash__(self): return 0\ndef total(numbers): return All()\n",
    "a number that equals all": "class All(float):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
    "    def __sub__(self, other): return All(0)\n    def __lt__(self, other): return True\ndef total(numbers): return All(7)\n",
    "a text that equals all": "class All(str):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
    "    def __sub__(self, other): return 0\ndef total(numbers): return All('7')\n",
    "a list that equals all": "class All(list):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
    "    def __sub__(self, other): return 0\ndef total(numbers): return All()\n",
    "a callable that equals all": "class All:\n    def __call__(self, *_): return self\n    def __eq__(self, other): return True\n"
    "    def __sub__(self, other): return 0\n    def __hash__(self): return 0\ntotal = All()\n",
    "another check": f"def check(candidate):\n    pass\n{WRONG}",
    "other builtins": f"{WRONG}\nabs = lambda value: 0\nAssertionError = None\nsum = len = lambda *_: 0\n",
    "patched builtins": "import builtins\nbuiltins.AssertionError = type('E', (BaseException,), {'__init__': lambda *_: exit(0)})\n"
    f"builtins.compile = builtins.exec = lambda *_: None\nbuiltins.__import__ = lambda *_: None\n{WRONG}",
    "another module of tests": f"import sys, types\nsys.modules['tests'] = sys.modules['__main__'] = types.ModuleType('tests')\n{WRONG}",
    "kills the other": f"import os\ndef total(numbers):\n    os.kill(os.getppid(), 9)\n    os._exit(0)\n",
    "ends the other": f"import os, signal\nos.kill(os.getppid(), signal.SIGTERM)\n{LEAVE}",
    "forks": f"import os\nif os.fork(): os._exit(0)\n{WRONG}",
    "reads stdin": f"import os\nos.write(1, os.read(0, 1 << 16))\nos.write(1, open('/dev/stdin', 'rb').read()){LEAVE}",
    "reads every pipe": """
import os
for number in range(64):
    try:
        os.set_blocking(number, False)
        os.write(1, b'\\n' + os.read(number, 1 << 16) + b'\\n')
    except OSError: pass
""" + LEAVE,
    "rubbish on every pipe": "import os\nfor number in range(64):\n    try: os.write(number, b'[' * 50000)\n"
    f"    except OSError: pass\n{LEAVE}",
    "short of what it announces": "import os\nfor number in range(3, 64):\n    try: os.write(number, (1 << 20).to_bytes(8, 'big') + b'[')\n"
    f"    except OSError: pass\n{LEAVE}",
    "longer than any": "import os\nfor number in range(3, 64):\n    try: os.write(number, (1 << 60).to_bytes(8, 'big') + b'[')\n"
    f"    except OSError: pass\n{WRONG}",
    "no text": "import os\nfor number in range(3, 64):\n    try: os.write(number, (4).to_bytes(8, 'big') + b'\\xff\\xfe\\x00\\x01')\n"
    f"    except OSError: pass\n{WRONG}",
    "answers beforehand": """
import os
answer = b'["ok", 6, null]'
for number in range(3, 64):
    try: os.write(number, (len(answer).to_bytes(8, 'big') + answer) * 9)
    except OSError: pass
""" + WRONG,
    "closes every pipe": f"import os\nos.closerange(0, 64)\n{WRONG}",
    "a proof that it made up": "import os\nos.write(1, b'\\npassed ' + b'0' * 32 + b' 3\\n')\nos._exit(0)\n",
    "becomes another program": "import os\nos.execv('/bin/sh', ['sh', '-c', 'cat program.py; exit 0'])\n",
    "a thread that leaves": f"import os, threading\nthreading.Timer(0.01, os._exit, [0]).start()\n{WRONG}",
    "an alarm that leaves": "import os, signal\nsignal.signal(signal.SIGALRM, lambda *_: os._exit(0))\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\n"
    "def total(numbers):\n    while True: pass\n",
    "contains itself": "def total(numbers):\n    numbers.append(numbers)\n    return numbers\n",
    "too deep": "def total(numbers):\n    made = []\n    for _ in range(100000): made = [made]\n    return made\n",
    "too long": "def total(numbers):\n    return 'x' * (1 << 27)\n",
    "modules of the other": """
for name in ('fractions', 'decimal', 'numpy', 'importlib', 'pickle', 'io', 'copy'):
    open(name + '.py', 'w').write('import os\\nos._exit(0)\\nFraction = Decimal = lambda text: 6\\n')
class Fraction: pass
Fraction.__module__ = 'fractions'
def total(numbers): return Fraction()
""",
    "traces the other": """
import ctypes, os
libc = ctypes.CDLL(None)
def total(numbers):
    libc.ptrace(16, os.getppid(), 0, 0)
    libc.ptrace(8, os.getppid(), 0, 0)
    os._exit(0)
""",
    "changes what it is given": "def total(numbers):\n    numbers.clear()\n    numbers += [0, 6, 8]\n    return numbers\n",
    "an error of its own": "class Odd(Exception):\n    def __str__(self): return 'passed'\ndef total(numbers): raise Odd\n",
    "a callback that leaves": "def total(numbers):\n    return exit\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_no_solution_forges_what_its_tests_would_say(score, name):
    for benchmark, sample in SAMPLES.items():
        forged, right = score(benchmark, sample, FORGED[name], GOOD)
        assert (forged.values, right.values) == ({"accuracy": 0.0}, {"accuracy": 1.0}), benchmark
        assert forged.explanation


UNIT = Sample(
    input="?",
    metadata={
        "head": "def total(numbers):\n    pass\n",
        "test": "import unittest\n\n\nclass TestCases(unittest.TestCase):\n    def test_one(self):\n"
        "        self.assertEqual(total([1, 2, 4]), 6)\n\n    def test_two(self):\n        self.assertTrue(total([]) == 0)\n",
    },
)
PATCHED = {
    "the run of a test": "import unittest\nunittest.TestCase.run = lambda self, result=None: result\n",
    "the call of a test": "import unittest\nunittest.TestCase.__call__ = lambda self, *_: None\n",
    "the call of a method": "import unittest\nunittest.TestCase._callTestMethod = lambda self, method: None\n",
    "a suite": "import unittest\nunittest.TestSuite.run = lambda self, result, debug=False: result\n",
    "what a failure does": "import unittest\nunittest.TestCase.failureException = type('E', (Exception,), {})\n"
    "unittest.TestResult.addFailure = unittest.TestResult.addError = lambda *_: None\n",
    "assertions": "import unittest\nfor name in dir(unittest.TestCase):\n    if name.startswith('assert'):\n"
    "        setattr(unittest.TestCase, name, lambda *_, **__: None)\n",
    "the loader": "import unittest\nunittest.TestLoader.loadTestsFromTestCase = lambda *_: unittest.TestSuite()\n"
    "unittest.defaultTestLoader.loadTestsFromTestCase = lambda *_: unittest.TestSuite()\n",
    "names of tests": "import unittest\nunittest.TestLoader.getTestCaseNames = lambda *_: []\n",
    "the runner": "import unittest\nunittest.TextTestRunner.run = lambda *_: unittest.TestResult()\n"
    "unittest.TestResult.wasSuccessful = lambda self: True\n",
    "a module in its place": "import sys, types, unittest\nfake = types.ModuleType('unittest')\n"
    "fake.TestCase = type('TestCase', (), {})\nsys.modules['unittest'] = fake\n",
    "the outcome": "import unittest.case\nfrom contextlib import contextmanager\n@contextmanager\n"
    "def calm(self, *_, **__):\n    try: yield\n    except BaseException: pass\n"
    "unittest.case._Outcome.testPartExecutor = calm\n",
}
IN_ONE = {
    **{f"patches {name}": text + WRONG for name, text in PATCHED.items()},
    **{f"{name} when called": f"def total(numbers):\n" + "".join(f"    {line}\n" for line in text.splitlines()) + "    return 7\n"
       for name, text in PATCHED.items() if name != "a module in its place"},
    "ends as a test with failed parts": "from unittest.case import _ShouldStop\n"
    "def total(numbers): raise _ShouldStop\n",
    "skips": "import unittest\ndef total(numbers): raise unittest.SkipTest('no')\n",
    "tests of its own": f"import unittest\nclass TestCases(unittest.TestCase):\n    def test_one(self): pass\n{WRONG}",
    **{name: FORGED[name] for name in (
        "own file", "leaves", "leaves when called", "exit", "exit when called", "code of the frames", "all objects",
        "code of the frames when called", "excepthook", "atexit", "own memory", "own memory when called", "files of all",
        "memory of all", "settrace", "setprofile", "forks", "reads stdin", "reads every pipe", "rubbish on every pipe",
        "closes every pipe", "short of what it announces", "longer than any", "no text", "a proof that it made up",
        "becomes another program", "a thread that leaves", "kills the other", "answers beforehand",
    )},
}  # fmt: skip


@pytest.mark.parametrize("name", IN_ONE)
def test_no_solution_in_the_process_of_its_tests_forges_what_they_say(score, monkeypatch, name):
    forged, right = score("bigcodebench", UNIT, IN_ONE[name], GOOD)
    assert (forged.values, right.values) == ({"accuracy": 0.0}, {"accuracy": 1.0})
    assert forged.explanation


def test_in_one_process_a_value_can_say_that_it_equals_all(score):
    # What docs/sandbox.md says of this form, and of the original.
    code = (
        "class All:\n    def __eq__(self, other): return True\n    __hash__ = None\ndef total(numbers): return All()\n"
    )
    assert score("bigcodebench", UNIT, code)[0].values == {"accuracy": 1.0}


LITERAL = Sample(
    input="?",
    metadata={
        "context": "def test_execution(solution):\n    names = {'numbers': [1, 2, 4]}\n    exec(solution, names)\n"
        "    assert names['result'] == 6\n",
        "look": "",
    },
)


@pytest.mark.parametrize(
    "name", ["own file", "leaves", "exit", "code of the frames", "all objects", "excepthook", "atexit", "own memory",
             "settrace", "reads stdin", "reads every pipe", "rubbish on every pipe", "a proof that it made up", "forks"],
)  # fmt: skip
def test_no_line_of_a_program_forges_what_that_says(score, name):
    forged, right = score("ds1000", LITERAL, FORGED[name] + "\nresult = 7\n", "result = 6\n")
    assert (forged.values, right.values) == ({"accuracy": 0.0}, {"accuracy": 1.0})


SHELL = Sample(
    input="?",
    metadata={
        "language": "sh",
        "name": "count_up",
        "prompt": "#!/bin/bash\ncount_up() {\n",
        "tests": '}\n\ncandidate() {\n    count_up "$@"\n}\n\nset -e\nrun_test() {\n'
        '    [[ $(candidate "3") = "1 2 3" ]]\n    [[ $(candidate "1") = "1" ]]\n}\n\nrun_test\n',
        "stops": "\n}",
    },
)
SHELLS = [
    "cat $0; exit 0",
    "exit 0",
    "cat; exit 0",
    "count_up() { cat $0; exit 0; }",
    "count_up() { kill $PPID; }",
    "count_up() { :; }\ntrap 'cat $0; exit 0' EXIT",
    "candidate() { echo '1 2 3'; }\nrun_test() { :; }\ncount_up() { :; }",
    "set() { :; }\ncount_up() { :; }\nshopt -s expand_aliases\nalias '[['=true",
    "count_up() { cat /proc/$PPID/fd/* /proc/$PPID/environ | tr '\\0' '\\n'; }",
    "count_up() { tr '\\0' '\\n' < /proc/$PPID/cmdline; grep -a -o '1 2 3' /proc/$PPID/mem; }",
    "count_up() { echo 1; }\nexec cat solution.sh",
    "count_up() { echo '1 2 3'; }",
]


@pytest.mark.parametrize("code", SHELLS)
def test_no_shell_script_forges_what_its_tests_say(score, code):
    right = "count_up() {\n    seq -s ' ' 1 \"$1\"\n}\necho an example\ncount_up 5"
    forged, passed = score("multiple_humaneval", SHELL, code, right, language="bash")
    assert (forged.values, passed.values) == ({"accuracy": 0.0}, {"accuracy": 1.0})
