"""The texts of the programs of this folder, whole, as the sandbox is given them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def source(name: str) -> str:
    """Return the text of `name` with that of `wire` above it; the sandbox has no package to import that from."""
    texts = [(FOLDER / f"{each}.py").read_text(encoding="utf-8") for each in ("wire", name)]
    lines = [line for text in texts for line in text.splitlines()]
    dropped = ("from __future__", "from pytest_evalscope")
    return "\n".join(["from __future__ import annotations", *(line for line in lines if not line.startswith(dropped))])
