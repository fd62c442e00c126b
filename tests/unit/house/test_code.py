"""Sizes, names, docstrings and imports, over the syntax tree."""

import ast
import re
import sys
from collections.abc import Iterator

FORBIDDEN = {"Manager", "Handler", "Helper", "Base", "Utils", "Mixin", "Adapter"}
CORE = {"aiohttp", "click", "junitparser", "orjson", "platformdirs", "pydantic", "pytest", "tabulate", "tomli"}
ONE_GUEST = {"pytest_evalscope/plugin/scheduling.py": "xdist"}
"""Modules around classes of one optional package, themselves imported inside a function that knows it is there."""
SETTABLE = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
"""Clocks that a person or a time server may set while a run goes on."""
TELLS_THE_TIME = {
    "pytest_evalscope/api/conduct.py": "when it began, for people",
    "pytest_evalscope/models/providers/batch_store.py": "outlives the process; a day more or less does not matter",
    "pytest_evalscope/models/http/errors.py": "where an endpoint names a date, and not its own time",
    "pytest_evalscope/types/names.py": "in a folder's name, with digits that keep two apart",
}
"""Who asks such a clock, and why a jump does no harm there; durations and timeouts are taken by monotonic ones."""
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_files_have_at_most_400_lines(modules, root):
    lengths = {path: len((root / path).read_text("utf-8").splitlines()) for path in modules}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring apart."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def test_functions_have_at_most_50_lines(modules):
    lengths = {
        f"{path}:{node.lineno} {node.name}": length_of(node)
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    }
    assert {name: length for name, length in lengths.items() if length > 50} == {}


def test_names_say_what_a_thing_is(modules):
    classes = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and FORBIDDEN & set(re.findall(r"[A-Z][a-z]+", node.name))
    ]
    words = {word.lower() for word in FORBIDDEN} | {"helpers", "util"}
    files = [path for path in modules if words & set(re.split(r"[/_.]", path))]
    assert classes + files == []


def public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the public classes and functions of a body, with those inside its classes."""
    for node in body:
        if isinstance(node, (ast.ClassDef, *Function)) and not node.name.startswith("_"):
            yield f"{prefix}:{node.lineno} {node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, prefix)


def is_overload(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(ast.unparse(item).rpartition(".")[2] in {"overload", "setter"} for item in decorators)


def test_everything_public_has_a_docstring(package):
    bare = [path for path, tree in package.items() if tree.body and not ast.get_docstring(tree)]
    bare += [
        name
        for path, tree in package.items()
        for name, node in public(tree.body, path)
        if not is_overload(node) and not ast.get_docstring(node)  # type: ignore[arg-type]  # `public` yields only such
    ]
    assert bare == []


def test_a_docstring_says_something(modules):
    short = [path for path, tree in modules.items() if 0 < len((ast.get_docstring(tree) or "").strip(" .")) < 5]
    short += [path for path, tree in modules.items() if ast.get_docstring(tree) == "."]
    assert short == []


def imports(body: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """Yield line and top-level package of what a body imports when it is executed; functions are not entered."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level or (node.module or "").partition(".")[0]
        elif isinstance(node, (ast.If, ast.Try, ast.With, ast.ClassDef)):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                continue
            handlers = [item for handler in getattr(node, "handlers", []) for item in handler.body]
            for part in (node.body, handlers, getattr(node, "orelse", []), getattr(node, "finalbody", [])):
                yield from imports(part)


def test_optional_packages_are_imported_inside_functions(package):
    allowed = {"pytest_evalscope", "_pytest", *CORE, *sys.stdlib_module_names}
    early = [
        f"{path}:{line} {name}"
        for path, tree in package.items()
        for line, name in imports(tree.body)
        if name not in allowed and name != ONE_GUEST.get(path)
    ]
    assert early == []


def test_imports_are_absolute(package):
    relative = [
        f"{path}:{node.lineno}"
        for path, tree in package.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_no_base_class_of_our_own_is_inherited(package):
    """A protocol may be, an error may be; there is nothing else to inherit."""
    classes = {
        node.name: (f"{path}:{node.lineno} {node.name}", {ast.unparse(base) for base in node.bases})
        for path, tree in package.items()
        if not path.endswith("/errors.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    protocols = {name for name, (_, bases) in classes.items() if "Protocol" in bases}
    heirs = [place for place, bases in classes.values() if bases & (set(classes) - protocols)]
    assert heirs == []


def test_clocks_that_can_be_set_are_asked_only_where_a_jump_does_no_harm(package):
    asked = {
        path
        for path, tree in package.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in SETTABLE)
        or (isinstance(node, ast.ImportFrom) and node.module == "time" and {"time", "time_ns"} & imported(node))
    }
    assert asked == set(TELLS_THE_TIME)


def imported(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}
