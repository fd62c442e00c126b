"""Completions that contain a function, with everything that models write around it."""

from __future__ import annotations

from collections.abc import Iterator

from .reply import RIGHT, WRONG, Reply

GOOD, BAD = "def add(a, b):\n    return a + b\n", "def add(a, b):\n    return a - b\n"
FENCE, LONG, TILDES = "```", "````", "~~~"

FENCES = (
    "@f{python}\n@c@f", "@fpython\n@c@f", "@fpy\n@c@f", "@fPython\n@c@f", "@f\n@c@f", "@fpython3\n@c@f",
    "Here it is: @fpython\n@c@f", "1. @fpython\n@c@f", "- @fpython\n@c@f\n- done", "@tpython\n@c@t",
    "@l" + "python\n@c@l", "@fpython\n@c", "@f {.python}\n@c@f",
    "@fpython title=\"a.py\"\n@c@f", "Sure!\n\n@fpython\n@c@f\n\nIt adds.", "@fpython\r\n@c@f",
    "> @fpython\n@q@f".replace("@q", "@c"), "   @fpython\n@c   @f", "@fpython\n\n@c\n@f",
    "@fpython\n@c@f\n\nUsage:\n\n@fbash\npython a.py\n@f", "@fbash\npip install x\n@f\n\n@fpython\n@c@f",
    "@fplaintext\nPlan: add.\n@f\n\n@fpython\n@c@f",
    "@f\nPlan: add the two.\n@f\n\n@fpython\n@c@f", "@fpython\n@g@f".replace("@g", "@glued"), "@c", "@c\n@f",
    "<think>Let me add.</think>\n@fpython\n@c@f", "[BEGIN]\n@c[DONE]", "[BEGIN]\n@fpython\n@c@f\n[DONE]",
    "[BEGIN]\n@c[DONE]\nI put it between [BEGIN] and [DONE].", "~~~~python\n@c~~~~",
)  # fmt: skip
"""`@f` is a fence of three backquotes, `@l` of four, `@t` of three tildes, `@c` the code, `@glued` the code with the
closing fence on its last line."""
BODIES = (
    "{code}", "import math\n\n{code}", "from typing import List\n\n{code}", '{doc}',
    "{code}\nassert add(1, 1) == 3\n",
    "{code}\nif __name__ == '__main__':\n    print(add(*map(int, input().split())))\n", "{code}\nprint(add(1, 2))\n",
    "# adds\n{code}", "{code}\nimport unittest\nunittest.main()\n", "{code}\nn = int(input())\n",
)  # fmt: skip
"""EvalPlus keeps what a function needs and drops the model's own tests and input."""
DOC = 'def add(a, b):\n    """Add.\n\n    ```\n    add(1, 2)\n    ```\n    """\n    return a {sign} b\n'


def replies() -> Iterator[Reply]:
    """Yield every completion of this table."""
    for form in FENCES:
        for program, right in ((GOOD, RIGHT), (BAD, WRONG)):
            yield _reply("code: fences (D16, I3)", form, program, right)
    for body in BODIES:
        for program, sign, right in ((GOOD, "+", RIGHT), (BAD, "-", WRONG)):
            text = body.replace("{code}", program).replace("{doc}", DOC.replace("{sign}", sign))
            kind = "code: what surrounds it (D16, I10)"
            for form in ("@fpython\n@c@f", "Here you are:\n\n@fpython\n@c@f\n\nThat is all."):
                yield _reply(kind, form, text, right)


def _reply(kind: str, form: str, program: str, right: bool) -> Reply:  # it is data
    made = form.replace("@glued", program.rstrip("\n") + FENCE + "\n").replace("@c", program)
    text = made.replace("@f", FENCE).replace("@l", LONG).replace("@t", TILDES)
    return Reply(kind=kind, scorer="program", text=text, target="5", right=right)
