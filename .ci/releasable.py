"""Check that a tag may be released, and print what the changelog says of it: `python .ci/releasable.py v0.2.0`.

It may when the tag is the version of pyproject.toml with a `v` before it, when CHANGELOG.md has a section for that
version, and when no fragment is left in changelog.d/.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def section(changelog: str, version: str) -> str:
    """Return the text below the heading of `version`; "" when it is not found."""
    found = re.search(
        rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    return found[1].strip() if found else ""


def problems(root: Path, tag: str) -> list[str]:
    """Return what keeps the tag from being released."""
    tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    wrong = []
    if tag != f"v{version}":
        wrong.append(f"tag: {tag}, but pyproject.toml says {version}; accepted: v{version}")
    if not section((root / "CHANGELOG.md").read_text(encoding="utf-8"), version):
        wrong.append(f"CHANGELOG.md: has no section for {version}; `towncrier build --version {version}` writes it")
    left = sorted(path.name for path in (root / "changelog.d").iterdir() if path.name != "README.md")
    if left:
        wrong.append(f"changelog.d: holds fragments still ({', '.join(left[:5])}{', …' if len(left) > 5 else ''})")
    return wrong


def main() -> None:
    """Do it for the tag on the command line."""
    (tag,) = sys.argv[1:]
    wrong = problems(ROOT, tag)
    if wrong:
        sys.exit("\n".join(wrong))
    sys.stdout.write(f"{section((ROOT / 'CHANGELOG.md').read_text(encoding='utf-8'), tag.removeprefix('v'))}\n")


if __name__ == "__main__":
    main()
