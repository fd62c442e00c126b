"""Sphinx's configuration; `build.py` says where the source is."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes

sys.path.insert(0, str(Path(__file__).parent))

from contents import PACKAGE, REFERENCE, located
from docstring_text import readable, restructured

project = "pytest-evalscope"
release = metadata.version(project)
author = "the pytest-evalscope contributors"
copyright = f"{author}, Apache License 2.0"  # noqa: A001 - the name that Sphinx reads
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 4
napoleon_numpy_docstring = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"
smartquotes = False  # an option begins with two hyphens
highlight_language = "none"  # of a block that names none

html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_show_sphinx = False

PLACES = {name: f"{PACKAGE}.{name}" for group in REFERENCE.values() for name in group.names}
PLACES |= {located(entry)[1]: ".".join(located(entry)) for group in REFERENCE.values() for entry in group.extra}
"""Name → where it is described. Types are written in signatures by the module that defines them, which may be any."""
COLON = "\ue000"
"""Stands for a colon in an attribute's first line, where napoleon takes what is before one for the attribute's type."""


def as_restructured_text(app: object, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Rewrite a docstring for Sphinx."""
    lines[:] = restructured("\n".join(lines), PLACES).split("\n")
    if what in {"attribute", "data", "property"}:
        lines[:1] = [line.replace(":", COLON) for line in lines[:1]]


def with_colons(app: object, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Put back the colons that were hidden from napoleon."""
    lines[:] = [line.replace(COLON, ":") for line in lines]


def as_expression(
    app: object, what: str, name: str, value: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Rewrite a signature so that Sphinx can parse it, and its types become links."""
    return None if signature is None else readable(signature), returns


def tidied(app: object, doctree: Any, docname: str) -> None:
    """Show of a type with conditions, `Annotated[int, FieldInfo(…)]`, the type; of one that cannot be read nothing."""
    for node in list(doctree.findall(addnodes.desc_annotation)):
        text = re.sub(r"Annotated\[([\w.]+), .*\](?=( \| None)?$)", r"\1", node.astext())
        if "<" in text:
            node.parent.remove(node)
        elif text != node.astext():
            node.clear()
            node.append(nodes.Text(text))


def resolved(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Lead a reference to a type, by whichever module it was found, to where the type is described."""
    target = PLACES.get(str(node.get("reftarget", "")).rpartition(".")[2])
    if node.get("refdomain") != "py" or target is None or target == node["reftarget"]:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, contnode)


def setup(app: Any) -> None:
    """Connect to Sphinx's events."""
    app.connect("autodoc-process-docstring", as_restructured_text, priority=400)  # before napoleon, at 500
    app.connect("autodoc-process-docstring", with_colons, priority=600)
    app.connect("autodoc-process-signature", as_expression)
    app.connect("doctree-resolved", tidied)
    app.connect("missing-reference", resolved)
