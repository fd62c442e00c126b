"""The programs of this folder, whole, as the sandbox is given them: as `python -c` takes them."""

from __future__ import annotations

import marshal
import re
import sys
from base64 import b64encode
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = {
    "apart": ("wire", "served", "apart"),
    "together": ("wire", "together"),
    "polyglot": ("wire", "polyglot"),
}
DROPPED = re.compile(
    r"^from (?:__future__|pytest_evalscope\S*|typing|collections\.abc) import (?:\([^)]*\)|.*)\n", re.MULTILINE
)
"""Imports of the other texts, and those that only a type checker needs: `typing` would cost each program 10 ms."""
CAST = "def cast(kind, value):\n    return value\n\n\n"
START = """import sys
if (sys.implementation.cache_tag, sys.hexversion) == {version!r}:
    import marshal
    from binascii import a2b_base64
    exec(marshal.loads(a2b_base64({code!r})))
else:
    exec({text!r})
"""


@cache
def source(name: str) -> str:
    """Return a program with the texts that it imports: the sandbox has no package to import them from.

    It is compiled for the Python that runs here, which saves a sandbox that has the same 10 ms for each program.
    """
    text = text_of(name)
    code = b64encode(marshal.dumps(compile(text, f"{name}.py", "exec", optimize=0))).decode()
    return START.format(version=(sys.implementation.cache_tag, sys.hexversion), code=code, text=text)


@cache
def text_of(name: str) -> str:
    """Return a program as text."""
    texts = ((FOLDER / f"{part}.py").read_text(encoding="utf-8") for part in PARTS[name])
    return f"from __future__ import annotations\n{CAST}" + "".join(DROPPED.sub("", text) for text in texts)
