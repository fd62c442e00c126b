"""Check the licences of everything that the package and its extras install; print them as a table.

    python .ci/licences.py                                        of this environment
    python .ci/licences.py --python room/bin/python --without torch    of another one, where torch is not

An environment with every extra but `dev` and `docs` is wanted, and pip-licenses where this runs. It fails on a licence
that is neither in ALLOWED nor an exception, and on a package that is not installed, unless it is named after --without.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"

# Licences that ask for no more than to be named: their packages may be used, and shipped, with this one.
ALLOWED = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause", "BSD-3-Clause"),
    *("BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense", "Zlib"),
}
# Package → a licence besides, and why it may be.
EXCEPTIONS = {
    "certifi": ("MPL-2.0", "copyleft by file: its one file, of certificates, is used as it is"),
    "orjson": ("MPL-2.0", "copyleft by file: no file of it is changed or shipped"),
    "tqdm": ("MPL-2.0", "copyleft by file: no file of it is changed or shipped"),
}
# What packages write for them in fields that are free text, or that older metadata has.
SPELLINGS = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD",
    "bsd license": "BSD",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
FIELDS = ("License-Expression", "License-Classifier", "License-Metadata")
"""Of pip-licenses, the most exact first."""

# Run by the interpreter whose environment it is: which packages the requirements lead to, and which are not there.
CLOSURE = """
import json, sys
from importlib.metadata import PackageNotFoundError, requires
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

waiting, seen, missing = [(line, "") for line in json.load(sys.stdin)], set(), set()
while waiting:
    line, extra = waiting.pop()
    wanted = Requirement(line)
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
        continue
    for part in ("", *wanted.extras):
        if (name := canonicalize_name(wanted.name), part) in seen:
            continue
        seen.add((name, part))
        try:
            waiting += [(further, part) for further in requires(name) or ()]
        except PackageNotFoundError:
            missing.add(name)
print(json.dumps([sorted({name for name, _ in seen} - missing), sorted(missing)]))
"""


def requirements() -> list[str]:
    """Return what the package and its extras depend on, those for its own developers aside."""
    tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = [lines for extra, lines in project["optional-dependencies"].items() if extra not in ("dev", "docs")]
    return [*project["dependencies"], *(line for lines in extras for line in lines)]


def closure(python: str) -> tuple[list[str], list[str]]:
    """Return the packages that are installed for it, and those that are not."""
    done = subprocess.run(  # noqa: S603 - the interpreter that was named
        [python, "-c", CLOSURE], input=json.dumps(requirements()), capture_output=True, text=True, check=True
    )
    found, missing = json.loads(done.stdout)
    return found, missing


def licences(python: str, packages: list[str]) -> list[dict[str, Any]]:
    """Return what pip-licenses knows of each package."""
    command = [sys.executable, "-m", "piplicenses", "--python", python, "--from=all", "--format=json", "--with-system"]
    done = subprocess.run(  # noqa: S603 - as above
        [*command, "--with-urls", "--packages", *packages], capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def expression(row: Mapping[str, Any]) -> str:
    """Return a package's licence as SPDX spells it, as far as that is known: the first field that says something."""
    said = next((row[field] for field in FIELDS if row[field] != "UNKNOWN"), "UNKNOWN")
    parts = [said] if re.search(r"\b(AND|OR)\b", said) else said.split(";")
    return " AND ".join(SPELLINGS.get(part.strip().lower(), part.strip()) for part in parts)


def allowed(text: str, names: set[str]) -> bool:
    """Whether an SPDX expression is met by licences of these names alone."""
    text = text.strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    for word, among in (("OR", any), ("AND", all)):  # OR binds less
        parts = _split(text, word)
        if len(parts) > 1:
            return among(allowed(part, names) for part in parts)
    return text in names


def _closing(text: str) -> int:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place
    return -1


def _split(text: str, word: str) -> list[str]:
    """Return the parts between each `word` that is in no brackets."""
    parts, depth = [""], 0
    for piece in re.findall(r"[()]|[^\s()]+|\s+", text):
        depth += (piece == "(") - (piece == ")")
        if piece == word and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def problems(rows: list[dict[str, Any]]) -> list[str]:
    """Return a line for each package whose licence may not be."""
    lines = []
    for row in rows:
        besides = EXCEPTIONS.get(row["Name"].lower(), ("", ""))[0]
        if not allowed(expression(row), ALLOWED | {besides}):
            lines.append(f"{row['Name']} {row['Version']}: {expression(row)[:200]} is not an allowed licence")
    return lines


def table(rows: list[dict[str, Any]]) -> str:
    """Return the packages in Markdown, with the reason of each exception."""
    lines = ["| package | version | licence | |", "|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: row["Name"].lower()):
        reason = EXCEPTIONS.get(row["Name"].lower(), ("", ""))[1]
        lines.append(f"| [{row['Name']}]({row['URL']}) | {row['Version']} | {expression(row)} | {reason} |")
    return "\n".join(lines)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environment [this one]")
    parser.add_argument("--without", nargs="+", default=[], metavar="NAME", help="packages that need not be there")
    given = parser.parse_args()
    found, missing = closure(given.python)
    rows = licences(given.python, found)
    sys.stdout.write(f"{table(rows)}\n")
    wrong = [f"{name}: not installed, so its licence is not known" for name in missing if name not in given.without]
    wrong += problems(rows)
    if len(rows) != len(found):
        wrong.append(f"{len(found) - len(rows)} packages are not in the answer of pip-licenses")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
