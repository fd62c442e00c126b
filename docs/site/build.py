"""Build the documentation site: `python docs/site/build.py`, with the extra `docs` installed.

Every warning is an error, and so is a page that would load anything from another host. The site is in `site/`; open
`site/index.html`. Nothing is fetched, so it builds without a network.
"""

from __future__ import annotations

import gc
import re
import sys
from pathlib import Path
from shutil import rmtree

sys.path.insert(0, str(Path(__file__).parent))

from staging import site_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "build" / "site" / "source"
DOCTREES = ROOT / "build" / "site" / "doctrees"
SITE = ROOT / "site"
FOREIGN = re.compile(
    r"<(?:script|img|iframe|source|video)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\"'>\s]*"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon))[^>]*\bhref=[\"']?(?:https?:)?//[^\"'>\s]*"
    r"|@import\s+(?:url\()?[\"']?(?:https?:)?//[^\"')\s]*"
    r"|\burl\([\"']?(?:https?:)?//[^\"')\s]*"
)
"""What makes a browser fetch from another host, in HTML and CSS."""


def foreign(folder: Path) -> list[str]:
    """Return a line for everything in the site that a browser would fetch from elsewhere."""
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".css"})
    return [
        f"{path.relative_to(folder)}: {found[0][:120]}"
        for path in files
        for found in FOREIGN.finditer(path.read_text("utf-8"))
    ]


def main() -> int:
    """Build the site; return the exit status."""
    from sphinx.cmd.build import build_main  # not at the top: tests read this file where Sphinx is not installed

    gc.disable()  # nearly all that is made lives to the end; looking for the rest takes a fifth of the time
    site_of(ROOT).write(SOURCE)
    rmtree(SITE, ignore_errors=True)
    options = [
        "--fresh-env",
        "--fail-on-warning",
        "--keep-going",
        "--quiet",
        "--color" if sys.stderr.isatty() else "--no-color",
    ]
    places = ["-c", str(Path(__file__).parent), "-d", str(DOCTREES), str(SOURCE), str(SITE)]
    status = build_main([*options, "-b", "html", *places])
    if status:
        return status
    if lines := foreign(SITE):
        sys.stderr.write("the site loads from other hosts:\n" + "\n".join(lines) + "\n")
        return 1
    sys.stdout.write(f"{len(list(SITE.rglob('*.html')))} pages: {SITE / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
