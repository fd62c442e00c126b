"""Turn the repository's Markdown pages into the source of the site, without changing them.

The pages are written for readers of the repository: links lead to files, and nothing in them belongs to one tool. Here
they are copied to their places on the site, their links follow, and what only a site has is added: the navigation, and
the pages of the API reference.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from api_pages import linked_names, reference_page
from contents import HOME, NAVIGATION, REFERENCE, site_path

FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:|#)(?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
TO_FOLDER = re.compile(r"\[([^\[\]]*)\]\((?!\w+:|#)([^)#\s]+)\)")
TOCTREE = "\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n"
REFERENCE_PAGE = "docs/reference.md"


@dataclass(frozen=True, slots=True)
class Site:
    """The source of the site: its texts, and the files that are copied, each by its path in the source."""

    texts: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it into `folder` and remove other files there; what has not changed is left alone."""
        wanted = {folder / name: text.encode() for name, text in self.texts.items()}
        wanted |= {folder / name: source.read_bytes() for name, source in self.copies.items()}
        for path in [path for path in folder.rglob("*") if path.is_file() and path not in wanted]:
            path.unlink()
        for path, content in wanted.items():
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


def site_of(root: Path) -> Site:
    """Return the source of the site of the repository at `root`. Raises ValueError for a link that leads nowhere."""
    fields = sorted(path.relative_to(root).as_posix() for path in (root / "docs" / "benchmarks").glob("*.md"))
    pages = {page for group in NAVIGATION.values() for page in group} | {*fields}
    site = Site()
    for page in sorted(pages):
        text = (root / page).read_text("utf-8")
        site.texts[site_path(page)] = relinked(text, page, site_path(page), root, pages, site.copies)
    for name, group in REFERENCE.items():
        place = f"reference/{name}.md"
        about = relinked(group.about, REFERENCE_PAGE, place, root, pages, site.copies)
        site.texts[place] = reference_page(group, about)
    site.texts[site_path(REFERENCE_PAGE)] = linked_names(site.texts[site_path(REFERENCE_PAGE)])
    for caption, listed_pages in NAVIGATION.items():
        listed = [site_path(page) for page in listed_pages if page != HOME]
        site.texts[site_path(HOME)] += toctree(listed, caption)
    site.texts["benchmarks.md"] += toctree(map(site_path, fields), "Fields")
    site.texts[site_path(REFERENCE_PAGE)] += toctree((f"reference/{name}.md" for name in REFERENCE), "Names")
    return site


def toctree(places: Iterable[str], caption: str) -> str:
    """Return the directive that puts pages into the navigation."""
    return TOCTREE.format(caption=caption, pages="\n".join(place.removesuffix(".md") for place in places))


def relinked(text: str, page: str, place: str, root: Path, pages: set[str], copies: dict[str, Path]) -> str:
    """Return the text of `page` with its links as they read at `place` on the site.

    A link to a page of the site leads there. Any other file of the repository is added to `copies`, and the link leads
    to the copy. Of a link to a folder the words remain. Code is left as it is.

    Raises ValueError for a link that leads nowhere.
    """

    def led(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), found["target"]))
        if target in pages:
            leads = site_path(target)
        elif (root / target).is_file():
            leads = f"files/{posixpath.basename(target)}"
            copies[leads] = root / target
        else:
            raise ValueError(f"{page}: a link leads nowhere ({found['target']})")
        return f"]({posixpath.relpath(leads, posixpath.dirname(place) or '.')}{found['anchor'] or ''})"

    def unlinked(found: re.Match[str]) -> str:
        return found[1] if (root / posixpath.dirname(page) / found[2]).is_dir() else found[0]

    parts, end = [], 0
    for fence in FENCED.finditer(text):
        parts += [LINK.sub(led, TO_FOLDER.sub(unlinked, text[end : fence.start()])), fence[0]]
        end = fence.end()
    return "".join([*parts, LINK.sub(led, TO_FOLDER.sub(unlinked, text[end:]))])
