"""The texts of the programs of this folder, whole, as the sandbox is given them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = {
    "apart": ("wire", "served", "apart"),
    "together": ("wire", "together"),
    "polyglot": ("wire", "polyglot"),
}
OWN = re.compile(r"^from (?:__future__|pytest_evalscope)\S* import (?:\([^)]*\)|.*)\n", re.MULTILINE)


@cache
def source(name: str) -> str:
    """Return a program with the texts that it imports above it: the sandbox has no package to import them from."""
    texts = ((FOLDER / f"{part}.py").read_text(encoding="utf-8") for part in PARTS[name])
    return "from __future__ import annotations\n" + "".join(OWN.sub("", text) for text in texts)
