"""What of a program its functions need."""

import pytest

from pytest_evalscope.text.python import MOST, defines, needed

ADD = "def add(a, b):\n    return a + b\n"
PROMPT = 'def add(a, b):\n    """Add."""\n'


def kept(code, above=""):
    return needed(code, {"add"}, above)


@pytest.mark.parametrize(
    "extra",
    [
        "assert add(1, 1) == 3\n",
        "print(add(1, 2))\n",
        "import unittest\nunittest.main()\n",
        "n = int(input())\n",
        "if __name__ == '__main__':\n    print(add(*map(int, input().split())))\n",
        "for a, b in [(1, 2)]:\n    assert add(a, b) == 4\n",
        "def test_add():\n    assert add(1, 1) == 3\ntest_add()\n",
        "import pytest\n@pytest.mark.slow\nclass TestAdd:\n    total = add(1, 1)\n",
        "with open('x') as file: a = file.read()\n",
        "raise SystemExit(0)\n",
        "a = 1; b = 2; print(add(a, b))\n",
        "from your_module import sub\n",
        "def main():\n    total = []\n    total.append(add(1, 1))\n    math.floor(2)\n    print(input())\nmain()\n",
    ],
)
def test_what_a_model_adds_is_dropped(extra):
    assert kept(f"import math\n\n{ADD}\n{extra}") == f"import math\n\n{ADD}\n"
    assert kept(f"import math\n{extra if 'import' not in extra else ''}{ADD}").endswith(ADD)
    assert kept(f"    return a + b\n\n{extra}", PROMPT) == "    return a + b\n\n"


@pytest.mark.parametrize(
    "extra",
    [
        "MOD: int = 7\n",
        "def helper(n): return n % other()\n\ndef other(): return 7\n",
        "TABLE = {}\nfor key in range(3):\n    TABLE[key] = key\nTABLE.update({4: 4})\n",
        "if True:\n    SEEN = []\nelse:\n    def SEEN(): pass\nSEEN.append(1)\n",
        "try:\n    from math import gcd\nexcept ImportError:\n    from fractions import gcd\n",
        "class Base: pass\nclass Node(Base):\n    kind = KIND\n    def f(self): return MOD\nKIND = MOD = 1\n",
        "Number = int\n",
        "@wrap\ndef decorated(n=DEFAULT): pass\nDEFAULT = 1\ndef wrap(f): return f\n",
        "first, *rest = [1, 2]\n",
        "from typing import *\nimport sys\nsys.setrecursionlimit(10 ** 6)\n",
        "async def later(): pass\n",
        "MOD = TABLE = None\ndef fill(n):\n    global MOD\n    MOD = n\n    TABLE.append(n)\nfill(3)\n",
    ],
)
def test_what_a_function_needs_is_kept(extra):
    uses = ["MOD", "helper", "TABLE", "SEEN", "gcd", "Node", "decorated", "rest", "later"]
    code = f"{extra}def add(a: Number, b) -> Number:\n    return a + b + sum([{', '.join(uses)}])\n"
    assert kept(f"{code}print(add(1, 2))\n") == code


def test_names_of_a_functions_own_are_none_that_it_needs():
    code = "def add(a, b):\n    total = a\n    return [n for n in (total, b)][0]\n"
    assert kept(f"{code}total = n = a = int(input())\n") == code


def test_the_last_definition_counts_as_in_python():
    code = f"import a\n{ADD}import b\ndef add(a, b):\n    return a - b\nimport c\n"
    assert kept(code) == code.removesuffix("import c\n")


@pytest.mark.parametrize(
    ("code", "above", "found"),
    [
        (f"Here it is:\n\n{ADD}\nThis adds.\nadd(1, 2)\n", "", f"{ADD}\n"),
        (f"{ADD}\nassert add(1", "", f"{ADD}\n"),
        ("    return a + b\n\nNote: it adds.\n", PROMPT, "    return a + b\n\n"),
        ("Sure:\n    return a + b\nassert 0\n", PROMPT, "    return a + b\n"),
        (f"{ADD.strip()}; print(1)\nassert 0\n", "", f"{ADD.strip()}; print(1)\n"),  # on the same line
        (ADD.replace("\n", "\r\n") + "assert 0\r\n", "", ADD.replace("\n", "\r\n")),
    ],
)
def test_what_is_no_program_ends_it(code, above, found):
    assert kept(code, above) == found


@pytest.mark.parametrize(
    "code",
    [
        "", "I would rather not.", "No", "def sub(a, b): return a\nassert 0\n", "def add(a, b):\n    return (a",
        "x = '\0'\n", "one two\nthree four", "print(1)\n", f"{'-' * MOST}1\n{ADD}", f"{'(' * 900}\n", f"{'a=(' * 90}",
        "1 +\\\n" * 2000 + "1\nassert 0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", ["", PROMPT])
def test_other_code_stays_as_it_is(code, above):
    assert kept(code, above) == code


def test_a_program_that_is_too_long_is_not_parsed():
    assert kept(f"{ADD}{'assert 0' + chr(10)}" + "#" * MOST).count("assert") == 1


def test_a_warning_of_the_completion_is_none_of_ours():
    code = "def add(a, b):\n    return '\\d' is 1\n"
    assert kept(f"{code}assert 0\n") == code


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (ADD, True), ("async def add(): pass", True), ("class add:", True), ("x = 1\nadd: F = f", True),
        ("add = f", True), ("add == 1", False), ("    def add(): pass", False), ("print(add(1))", False),
    ],
)  # fmt: skip
def test_a_definition_is_a_line_that_is_not_indented(code, found):
    assert defines(code, {"add"}) is found
