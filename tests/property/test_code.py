"""Programs in whatever models write around them."""

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from pytest_evalscope.scorers import code
from pytest_evalscope.text import fenced_blocks
from pytest_evalscope.text.python import needed

DOC = '    """Add.\n\n    ```\n    f(1, 2)\n    ```\n    """\n'
IMPORTS = ("", "import math\n", "from typing import List\n\n", "# adds\n")
HELPERS = ("", "MOD = 7\n\n\n", "def helper(n):\n    return n\n\n\n", "class Helper:\n    kind = '```'\n\n\n")
DOCS = ("", DOC, DOC.replace('"""', "'''"), "  # ```\n" * 2, "    # It's a list: ```\n")
BODIES = (
    "    return a + b\n",
    "    if a:\n        return a + b\n    return helper(b) % MOD\n",
    "    text = f'{a}```'\n    return Helper(text)\n",
    "    return {'~~~': a, \"[DONE]?\": b}\n",
)
ADDED = (
    "", "\nassert f(1, 1) == 3\n", "\nprint(f(1, 2))\n", "\nn = int(input())\n", "\nimport unittest\nunittest.main()\n",
    "\nif __name__ == '__main__':\n    print(f(*map(int, input().split())))\n",
    "\nfor a, b in [(1, 2)]:\n    assert f(a, b)\n",
    "\ndef test_f():\n    assert f(1, 1) == 3\n\n\ntest_f()\n",
)  # fmt: skip
FENCES = ("```", "````", "~~~", "~~~~~")
INFOS = ("python", "py", "Python", "python3", "{python}", " {.python}", 'python title="a.py"', "python:a.py", "")
PLACES = ("{}", "> {}", "1. {}", "- {}", "   {}", "  * {}", ">> {}")
BEFORE = (
    "", "Sure!\n\n", "Here is the code:\n", "```\nPlan: add the two.\n```\n\n", "```bash\npip install x\n```\n\n",
    "The function `f` adds:\n", "~~~text\nplan\n~~~\n", "<think>\n```python\ndef f(a, b): return 0\n```\n</think>\n",
)  # fmt: skip
AFTER = (
    "",
    "\nIt adds.\n",
    "\n```bash\npython a.py\n```\n",
    "\nIt prints:\n\n```\n3\n```\n",
    "\n---\nI hope that helps!",
)
programs = st.builds("{}{}def f(a, b):\n{}{}".format, *map(st.sampled_from, (IMPORTS, HELPERS, DOCS, BODIES))).filter(
    lambda text: _parsed(text) is not None
)


def _parsed(text):
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


def fenced(program, fence, info, place, glued):
    """Return a block with the program, at a place in a quote or a list."""
    margin = ("> " * place.count(">")) if ">" in place else " " * (len(place) - 2)
    end = "" if glued and fence[0] == "`" else f"\n{margin}"
    lines = f"{program.rstrip()}".replace("\n", f"\n{margin}")
    return f"{place.format(fence + info)}\n{margin}{lines}{end}{fence}\n"


@given(
    programs,
    st.sampled_from(ADDED),
    st.sampled_from(FENCES),
    st.sampled_from(INFOS),
    st.sampled_from(PLACES),
    st.booleans(),
    st.sampled_from(BEFORE),
    st.sampled_from(AFTER),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_program_is_found_in_whatever_is_around_it(program, added, fence, info, place, glued, before, after, end):
    if not info:
        before = before if "Plan" not in before else ""
    block = fenced(program + added, fence, info, place, glued and not added)
    found = code(entry="f", block="first")._find((before + block + after).replace("\n", end))
    assert found is not None
    text = found.replace("\r\n", "\n")
    assert _parsed(text) == _parsed(needed(program, {"f"}))
    assert len(needed(text, {"f"})) == len(text), "nothing more is dropped from it"


@given(programs, st.sampled_from(FENCES), st.sampled_from(BEFORE), st.booleans())
@example("def f(a, b):\n    return a\n", "```", "", True)
def test_a_completion_that_was_cut_off_keeps_its_program(program, fence, before, opened):
    reply = f"{before}{fence}python\n{program}" if opened else f"{program}\n{fence}"
    assert _parsed(code()._find(reply) or "") == _parsed(program)


@given(st.text(st.sampled_from("`~\n> -#a\"'1. \\{}\r\t"), max_size=60))
def test_blocks_are_parts_of_the_text_in_their_order(text):
    place = 0
    for block in fenced_blocks(text):
        for line in block.text.split("\n"):
            place = text.index(line, place) + len(line)
