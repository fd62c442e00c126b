"""Small changes to a Python file, each of which a test should notice; `mutants.py` makes them and runs the tests.

`candidates` yields every change that `OPERATORS` knows; `changed` is the new text: another program, and byte for byte
the old one but for one segment. Not changed: docstrings, annotations, `__all__`, `__repr__`, what only a type checker
reads, `@dataclass(…)` (frozen and slots are the house's style, not behaviour), the inside of f-strings (of which Python
3.11 does not say where it is), and lines with `# pragma: no mutant`, which are for changes that make no difference and
say why. The assignment of a local variable goes only where another one is left: without it, every test that comes by
fails.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
               "in": "not in", "not in": "in", "is": "is not", "is not": "is"}  # fmt: skip
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "*"}
SYMBOLS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
                            ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
                            ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not"}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
TYPING = {"TypeVar", "NewType", "ParamSpec"}
PRAGMA = b"# pragma: no mutant"
Change = tuple[int, int, bytes]
"""First byte, the byte after the last, and what comes there instead."""
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source:
    """The text of a file, and where its nodes are."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tree = ast.parse(data)
        self.lines = data.splitlines(keepends=True)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return the place of a node's first byte."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return the place after a node's last byte."""
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def text(self, node: ast.expr | ast.stmt | ast.keyword) -> bytes:
        """Return what is written for a node."""
        return self.data[self.start(node) : self.end(node)]

    def line_of(self, place: int) -> int:
        """Return the number of the line, from 1, that a byte is in."""
        return self.data.count(b"\n", 0, place) + 1

    def swap(self, symbol: str, new: str, left: ast.expr, right: ast.expr) -> Iterator[Change]:
        """Yield the change of the operator between two operands."""
        pattern = r"\s+".join(map(re.escape, symbol.split()))
        pattern = rf"\b{pattern}\b" if symbol[0].isalpha() else pattern
        if found := re.compile(pattern.encode()).search(self.data, self.end(left), self.start(right)):
            yield found.start(), found.end(), new.encode()


@dataclass(frozen=True)
class Candidate:
    """A change, and what it is a part of."""

    kind: str
    start: int
    end: int
    new: bytes
    line: int
    lines: range
    """Those of the statement, whose tests are the ones to run."""
    function: str
    """The name of the function or class around it, with dots; empty at the top."""
    late: bool
    """It is in a function: not executed by the import."""


@dataclass(frozen=True)
class _Scope:
    names: tuple[str, ...] = ()
    late: bool = False
    lines: range = range(0)
    bound: tuple[str, ...] = ()
    """The names that the function's parameters and assignments bind, as often as they do."""


def _comparison(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        operands = (node.left, *node.comparators)
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            symbol = SYMBOLS[type(operator)]
            yield from source.swap(symbol, COMPARISONS[symbol], left, right)


def _boolean(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield from source.swap(*words, left, right)


def _not(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield source.start(node), source.start(node) + len("not"), b""


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _arithmetic(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp):
        left, right = node.left, node.right
    elif isinstance(node, ast.AugAssign):
        left, right = node.target, node.value
    else:
        return
    symbol = SYMBOLS.get(type(node.op), "")
    if symbol in ARITHMETIC and not _is_text(left) and not _is_text(right):
        yield from source.swap(symbol, ARITHMETIC[symbol], left, right)


def _number(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield source.start(node), source.end(node), repr(node.value + 1).encode()  # type: ignore[operator]  # a number


def _truth(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield source.start(node), source.end(node), repr(not node.value).encode()


def _text(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.expr) and _is_text(node):
        opening = re.match(rb"""[a-zA-Z]*("{3}|'{3}|"|')""", source.text(node))
        place = source.start(node) + (opening.end() if opening else 0)
        yield place, place, b"XX"


def _returned(source: Source, node: ast.AST) -> Iterator[Change]:
    value = node.value if isinstance(node, ast.Return) else None
    if value is not None and not (isinstance(value, ast.Constant) and isinstance(value.value, bool)):  # swapped anyway
        yield source.start(value), source.end(value), b"None"


def _condition(source: Source, node: ast.AST) -> Iterator[Change]:
    tests: list[ast.expr] = [node.test] if isinstance(node, (ast.If, ast.IfExp, ast.While)) else []
    tests += node.ifs if isinstance(node, ast.comprehension) else []
    for test in tests:
        swapped = isinstance(test, ast.Compare) and not isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
        swapped = swapped or isinstance(test, (ast.UnaryOp, ast.Constant))  # another operator makes the same change
        if not swapped and b"TYPE_CHECKING" not in source.text(test):
            yield source.start(test), source.end(test), b"not (" + source.text(test) + b")"


def _removed(source: Source, node: ast.AST) -> Iterator[Change]:
    gone = isinstance(node, (ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break))
    gone = gone or (isinstance(node, ast.AnnAssign) and node.value is not None)
    gone = gone or (isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await)))
    if isinstance(node, ast.stmt) and gone:
        yield source.start(node), source.end(node), b"pass"


def _argument(source: Source, node: ast.AST) -> Iterator[Change]:
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        start, end = source.start(keyword), source.end(keyword)
        if keyword.arg is None:
            continue
        if after := re.compile(rb"\s*,").match(source.data, end):
            yield start, after.end(), b""
        elif before := re.search(rb",\s*\Z", source.data[:start]):
            yield before.start(), end, b""
        else:
            yield start, end, b""


def _call(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield source.start(node.func), source.end(node.func), CALLS[node.func.id].encode()


def _sorted(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sorted":
        yield source.end(node), source.end(node), b"[::-1]"


def _slice(source: Source, node: ast.AST) -> Iterator[Change]:
    for bound in (node.lower, node.upper) if isinstance(node, ast.Slice) else ():
        if bound is not None and not isinstance(bound, (ast.Constant, ast.UnaryOp)):  # those are numbers
            yield source.start(bound), source.end(bound), b"(" + source.text(bound) + b") + 1"


TEXT = "text"
OPERATORS: dict[str, Callable[[Source, ast.AST], Iterator[Change]]] = {
    "comparison": _comparison,
    "and/or": _boolean,
    "not": _not,
    "arithmetic": _arithmetic,
    "number": _number,
    "True/False": _truth,
    TEXT: _text,
    "return None": _returned,
    "condition": _condition,
    "removed": _removed,
    "argument": _argument,
    "call": _call,
    "sorted": _sorted,
    "slice": _slice,
}
"""Kind → the changes of that kind to a node itself, its children apart."""


def candidates(source: Source) -> Iterator[Candidate]:
    """Yield every change to a file, in the order of its nodes."""
    for node, scope in _walk(source.tree, _Scope()):
        for kind, operator in OPERATORS.items():
            if kind == "removed" and not _can_go(node, scope):
                continue
            for start, end, new in operator(source, node):
                line = source.line_of(start)
                if PRAGMA not in source.lines[line - 1]:
                    yield Candidate(kind, start, end, new, line, scope.lines, ".".join(scope.names), scope.late)


def changed(source: Source, candidate: Candidate) -> bytes | None:
    """Return the file with the change, or None where it is no program, or the same one."""
    made = source.data[: candidate.start] + candidate.new + source.data[candidate.end :]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as one on comparing with `is`
            compile(made, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return None if ast.dump(ast.parse(made)) == ast.dump(source.tree) else made


def _walk(node: ast.AST, scope: _Scope) -> Iterator[tuple[ast.AST, _Scope]]:
    for child in ast.iter_child_nodes(node):
        if _is_skipped(child, node):
            continue
        inner = _scope_of(child, scope)
        yield child, inner
        if not isinstance(child, ast.JoinedStr):
            yield from _walk(child, _entered(child, inner))


def _scope_of(node: ast.AST, scope: _Scope) -> _Scope:
    """Return the scope of a node: that of its parent, with the lines of the innermost statement or lambda."""
    if isinstance(node, (ast.stmt, ast.Lambda)):
        body = getattr(node, "body", None)
        last = node.end_lineno or node.lineno
        if isinstance(body, list) and body:  # of a compound statement only the head
            last = max(node.lineno, body[0].lineno - 1)
        lines = range(node.lineno, last + 1)
        return _Scope(scope.names, scope.late or isinstance(node, ast.Lambda), lines, scope.bound)
    return scope


def _entered(node: ast.AST, scope: _Scope) -> _Scope:
    """Return the scope of what is inside a node. Decorators and defaults count as inside: few are worth the telling."""
    if isinstance(node, ast.ClassDef):
        return _Scope((*scope.names, node.name), scope.late, scope.lines)
    if isinstance(node, Function):
        arguments = node.args
        bound = [argument.arg for argument in ast.walk(arguments) if isinstance(argument, ast.arg)]
        bound += [name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]
        return _Scope((*scope.names, node.name), True, scope.lines, tuple(bound))
    return scope


def _can_go(node: ast.AST, scope: _Scope) -> bool:
    """Say whether a statement may be removed: an assignment outside a function, or the only one of a name, may not."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return True
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name.id for target in targets for name in ast.walk(target)
             if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]  # fmt: skip
    return scope.late and all(scope.bound.count(name) > 1 for name in names)


def _called(node: ast.AST) -> str:
    """Return the last part of the name that is called or subscribed, or of a name itself."""
    node = node.func if isinstance(node, ast.Call) else node.value if isinstance(node, ast.Subscript) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_skipped(node: ast.AST, parent: ast.AST) -> bool:
    """Say whether nothing in a node is changed."""
    if _is_for_types(node, parent) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return True
    if isinstance(node, Function):
        return node.name == "__repr__" or any(_called(item) == "overload" for item in node.decorator_list)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(_called(target) in ("__all__", "__slots__", "__match_args__") for target in targets)
    return isinstance(parent, ast.ClassDef) and node in parent.decorator_list and _called(node) == "dataclass"


def _is_for_types(node: ast.AST, parent: ast.AST) -> bool:
    """Say whether only a type checker reads a node."""
    if node is getattr(parent, "annotation", None) or node is getattr(parent, "returns", None):
        return True
    if isinstance(parent, ast.If) and "TYPE_CHECKING" in ast.unparse(parent.test):
        return node not in parent.orelse
    if isinstance(node, ast.Subscript):
        return _called(node) in ("Literal", "Annotated")
    if isinstance(parent, ast.Call) and _called(parent) == "cast":
        return node is parent.args[0]
    return (isinstance(node, ast.AnnAssign) and _called(node.annotation) == "TypeAlias") or (
        isinstance(node, ast.Call) and _called(node) in TYPING
    )
