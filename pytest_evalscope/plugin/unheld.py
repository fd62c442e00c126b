"""Comparisons in a test that nothing holds it to: their results are thrown away, so that its gate would always pass."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Set
from functools import lru_cache
from pathlib import Path
from typing import Any

QUESTIONS = ("meets", "at_least", "at_most")
"""Methods that compare: of scores, and of an estimate."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def unheld(function: Any) -> str:
    """Return what is wrong with the first comparison of a test function whose result nothing uses, with its place.

    That is a comparison, or `scores.meets(…)` and its like, which is a statement of its own, is returned, has a name
    that is never read, or is in the tuple that an assertion tests, which is always true. Empty without one, and where
    the source cannot be read.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return ""
    for node in _functions(code.co_filename):
        first = min(each.lineno for each in (node, *node.decorator_list))
        if node.name == code.co_name and first == code.co_firstlineno:
            place = Path(code.co_filename).name
            return next((f"{place}:{line}: {node.name}: {what}" for line, what in _lost(node)), "")
    return ""


@lru_cache(maxsize=4)  # the tests of a file are collected one after the other
def _functions(path: str) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def _lost(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    read: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):  # it may be read elsewhere
            read.update(node.names)
    for node in _statements(function):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple) and node.test.elts:
            yield node.lineno, "an assertion tests a tuple, which is always true; accepted: assert …, message"
        what = ""
        if isinstance(node, ast.Expr):
            what = "is thrown away"
        elif isinstance(node, ast.Return):
            what = "is returned, which asserts nothing"
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and _is_lost(node, read):
            what = "is in a name that nothing reads"
        compared = _compared(getattr(node, "value", None)) if what else None
        if compared is not None:
            text = ast.unparse(compared)
            yield node.lineno, f"the result of a comparison {what} ({text}); accepted: assert {text}"


def _is_lost(node: ast.Assign | ast.AnnAssign, read: Set[str]) -> bool:
    """Return whether an assignment is to names that are not read; an attribute or an item may be read anywhere."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(isinstance(target, ast.Name) and target.id not in read for target in targets)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of a function, without those of functions and classes in it and within `raises`."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.With) and any("raises" in ast.unparse(item) for item in each.items):
            continue
        if isinstance(each, (*FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(each, ast.stmt):
            yield each
        yield from _statements(each)


def _compared(node: ast.AST | None) -> ast.AST | None:
    """Return the comparison that an expression ends in; None where it ends in something else, as `… or fail()` does."""
    if isinstance(node, ast.BoolOp):
        return node if _compared(node.values[-1]) is not None else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node if _compared(node.operand) is not None else None
    if isinstance(node, ast.Tuple):
        return next(filter(None, map(_compared, node.elts)), None)
    met = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in QUESTIONS
    return node if met or isinstance(node, ast.Compare) else None
