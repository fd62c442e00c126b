"""The pages of the API reference: directives, for which the build puts in signatures and docstrings."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from contents import MODULES, PACKAGE, REFERENCE, Group, located

SHOWN_ONCE = "__call__, failed, ready"
"""Methods of scorers and solvers that only the engine calls: `Scorer` and `Solver` describe them for all."""


def reference_page(group: Group, about: str) -> str:
    """Return one page, with `about` below its title."""
    lines = [f"# {group.title}", "", about, "", *(described(PACKAGE, name) for name in group.names)]
    if group.fixtures:
        lines += ["## Fixtures", "", *map(fixture, fixtures())]
    if group.errors:
        lines += ["## All errors", "", *(described(module, name) for module, name in errors())]
    if group.extra:
        lines += [f"## {group.extra_title}", "", *(described(*located(entry)) for entry in group.extra)]
    return "\n".join(lines) + "\n"


def described(module: str, name: str) -> str:
    """Return the directive for one name of a module. Raises AttributeError for a name that it does not have."""
    value = getattr(import_module(module), name)
    options = ""
    if not inspect.isclass(value):
        kind = "autofunction" if callable(value) else "autodata"
    elif issubclass(value, BaseException):
        kind = "autoexception"
    else:
        kind, protocol = "autoclass", getattr(value, "_is_protocol", False)
        options = "   :members:\n   :undoc-members:\n" + (
            "   :special-members: __call__\n" if protocol else f"   :exclude-members: {SHOWN_ONCE}\n"
        )
    return f"```{{eval-rst}}\n.. {kind}:: {module}.{name}\n{options}```\n"


def errors() -> list[tuple[str, str]]:
    """Return module and name of every error but the root, each parent before its children."""
    root = import_module(PACKAGE).EvalscopeError
    found: list[type] = []
    waiting: list[type] = [root]
    while waiting:
        parent = waiting.pop()
        found.append(parent)
        children: list[type] = parent.__subclasses__()
        waiting += [child for child in reversed(children) if child.__module__ == root.__module__]
    return [(error.__module__, error.__name__) for error in found[1:]]


def fixtures() -> Iterator[ast.FunctionDef]:
    """Yield the functions that are pytest fixtures in the plugin's module of them, in the order of the file."""
    spec = find_spec(MODULES["fixtures"])
    assert spec is not None
    assert spec.origin is not None
    for node in ast.parse(Path(spec.origin).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(each) for each in node.decorator_list):
            yield node


def fixture(node: ast.FunctionDef) -> str:
    """Return the directive for a fixture: its name, the type of its value and its docstring, which is Markdown."""
    returns = "" if node.returns is None else ast.unparse(node.returns)
    kind = f":type: {returns}\n" if returns not in ("", "Any") else ""
    return f"````{{py:data}} {node.name}\n{kind}\n{ast.get_docstring(node) or ''}\n````\n"


def linked_names(text: str) -> str:
    """Return the list of all names in which each group and each name leads to its description."""
    titles = {group.title: key for key, group in REFERENCE.items()}
    text = re.sub(
        r"^## (.+)$",
        lambda found: f"## [{found[1]}](reference/{titles[found[1]]}.md)" if found[1] in titles else found[0],
        text,
        flags=re.MULTILINE,
    )
    return re.sub(
        r"^\| `([\w.]+)`",
        lambda found: f"| {{py:obj}}`{found[1]} <{found[1] if '.' in found[1] else f'{PACKAGE}.{found[1]}'}>`",
        text,
        flags=re.MULTILINE,
    )
