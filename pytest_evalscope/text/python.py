"""Statements that the functions of a Python program need. Programs are parsed, never run."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from pytest_evalscope.text.patterns import pattern

MOST = 10_000
"""Characters of a program that is parsed: more than a function has, and fewer than a parser's stack can take."""
TRIES = 16
"""Attempts to parse a program, each without more of what is none."""
_BEGINS = pattern(r"(?:async|class|def|from|import)\s|@\w|[ \t]+\S")
_DEFINED = pattern(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
_STATEMENT = pattern(r"^(?:(?:async|class|def|from|import)\s+\w|@\w)", re.MULTILINE)
"""The beginning of a line that is code rather than prose."""
_LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_SETTING = ("setrecursionlimit", "set_int_max_str_digits")
"""Calls that a program may need though none of its names depends on them."""
_PROBLEMS = (SyntaxError, ValueError, RecursionError, MemoryError)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Uses = Mapping[str, Collection[str]]


def defines(code: str, names: Collection[str]) -> bool:
    """Return whether a line of `code` that is not indented defines one of the names."""
    return any((found[1] or found[2]) in names for found in _DEFINED.finditer(code))


def needed(code: str, names: Collection[str], above: str = "") -> str:
    """Return the statements of a program that the definitions of `names` need, as EvalPlus sanitises completions.

    Kept are imports above the last of these definitions, and, wherever they are, statements of the top level that
    define or change a name which the definitions need, directly or through others. Dropped is what a model adds:
    assertions, prints, input, `unittest.main()`, the block under `__name__`, functions of its tests. Lines are kept
    or dropped whole, so what is kept is written as it was. Where lines are no program, the first run of lines that is
    one counts. Code stays as it is when it defines none of the names, or is longer than 10,000 characters.

    Args:
        code: The program, or what continues `above`.
        names: The names that the tests use.
        above: The text that is put above the code: a definition that it begins may go on in the code.

    Source: Liu et al. 2023 (arXiv:2305.01210), evalplus 0.3 (`sanitize`: imports and what the entry point reaches, of
    the longest run of lines that parses). Unlike there, of several definitions of a name the last one counts, as in
    Python, and what fills a table is kept.
    """
    if len(above) + len(code) > MOST:
        return code
    lines, first = _LINE.findall(code), above.count("\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the completion: an escape that is none, `is` with a number
        read = _program(lines, above)
        if read is None:
            return code
        begin, end, tree, uses = read
    statements = tree.body
    kept = _kept(statements, names, uses)
    covered = {line for number in kept for line in _lines(statements[number])}
    dropped = {line for node in statements for line in _lines(node)} - covered
    found = "".join(line for number, line in enumerate(lines[begin:end], first + 1) if number not in dropped)
    return found if kept and found.strip() else code


def completed(code: str, others: Sequence[str], above: str = "") -> str:
    """Return a program below what it uses and does not define of other programs: a helper, an import.

    Args:
        code: The program, or what continues `above`.
        others: The programs that may have it; what is none counts for nothing.
        above: The text that is put above the code.
    """
    missing = unbound(code, above)
    found: list[str] = []
    for other in reversed(others if missing else ()):
        part = _part(other, missing)
        if part and sum(map(len, (above, code, *found, part))) <= MOST:
            found.insert(0, part)
            missing |= unbound(part)
    return "\n".join((*found, code))


def unbound(code: str, above: str = "") -> set[str]:
    """Return the global names that a program uses and does not define."""
    tree_uses = _parsed(above + code)
    if tree_uses is None:
        return set()
    tree, uses = tree_uses
    used = {name for node in tree.body for name in _used(node, uses)}
    bound = {name for node in tree.body for name in _binds(node)}
    return used - bound - set(dir(builtins))


def _part(code: str, names: Collection[str]) -> str:
    """Return the lines of a program that the definitions of any of `names` need; none where it has none of them."""
    tree_uses = _parsed(code)
    if tree_uses is None:
        return ""
    (tree, uses), wanted = tree_uses, set(names)
    statements = tree.body
    kept = _kept(statements, [name for name in names if any(name in _binds(node) for node in statements)], uses)
    wanted |= {name for number in kept for name in _used(statements[number], uses)}
    imports = (ast.Import, ast.ImportFrom)
    kept = {n for n in kept if not isinstance(statements[n], imports) or _binds(statements[n]) & wanted}
    lines = {line for number in kept for line in _lines(statements[number])}
    return "".join(line for number, line in enumerate(_LINE.findall(code), 1) if number in lines)


def _parsed(text: str) -> tuple[ast.Module, _Uses] | None:
    if len(text) > MOST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text), _uses(symtable.symtable(text, "program", "exec"))
        except _PROBLEMS:
            return None


def without_prose(text: str) -> str:
    """Return the definitions and imports of a text that is no program: the runs of lines that are one.

    A text that is a program, has none, or is longer than 10,000 characters stays as it is.
    """
    if len(text) > MOST or not _STATEMENT.search(text):
        return text
    lines = _LINE.findall(text)
    found: list[str] = []
    begin = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(TRIES):
            read = _program(lines[begin:], "")
            if read is None:
                break
            start, end = begin + read[0], begin + read[1]
            if start == 0 and end == len(lines):
                return text
            found += lines[start:end]
            begin = next((n for n in range(end, len(lines)) if _STATEMENT.match(lines[n])), len(lines))
    return "".join(found) or text


def is_session(code: str) -> bool:
    """Return whether a program is written as it is typed at a prompt, with what comes of it: `>>> add(1, 2)`."""
    return code.lstrip().startswith((">>> ", "In [1]:"))


def _program(lines: Sequence[str], above: str) -> tuple[int, int, ast.Module, _Uses] | None:
    """Return the lines that are a program below `above`, from one to another, with its tree and the globals it uses."""
    begin, end, first = 0, len(lines), above.count("\n")
    for _ in range(TRIES):
        text = above + "".join(lines[begin:end])
        try:
            tree = ast.parse(text)
            return begin, end, tree, _uses(symtable.symtable(text, "program", "exec"))
        except _PROBLEMS as error:
            bad = begin + (getattr(error, "lineno", None) or 1) - first - 1
        ink = next((number for number in range(begin, end) if lines[number].strip()), end)
        if bad > ink:
            end = max(begin, min(bad, end - 1))
        else:
            end = len(lines)
            begin = next((number for number in range(ink + 1, end) if _BEGINS.match(lines[number])), end)
        if begin >= end:
            return None
    return None


def _uses(table: symtable.SymbolTable) -> _Uses:
    """Return for each function and class of the top level the global names in it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for child in table.get_children():
        tables = [child]
        while tables:
            one = tables.pop()
            found[child.get_name()].update(symbol.get_name() for symbol in one.get_symbols() if symbol.is_global())
            tables += one.get_children()
    return found


def _kept(statements: Sequence[ast.stmt], names: Collection[str], uses: _Uses) -> set[int]:
    """Return the numbers of the statements that the definitions of `names` need; none without a definition."""
    binding: defaultdict[str, list[int]] = defaultdict(list)
    imported: set[str] = set()
    changes: dict[str, set[str]] = {}  # global names that a call of a function changes
    for number, node in enumerate(statements):
        if isinstance(node, _FUNCTIONS):
            changes[node.name] = {name for each in node.body for name in _binds(each)}.intersection(uses[node.name])
        for name in _binds(node) | changes.get(_called(node), set()):
            binding[name].append(number)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported.update(_binds(node))
    last = max((number for name in names for number in binding[name]), default=-1)
    kept = {
        number
        for number, node in enumerate(statements[: last + 1])
        if isinstance(node, (ast.Import, ast.ImportFrom)) or _is_setting(node)
    }
    wanted = [name for name in names if last >= 0]
    seen = set(wanted)
    while wanted:
        name = wanted.pop()
        for number in binding[name]:
            node = statements[number]
            if number in kept or (name in imported and isinstance(node, ast.Expr)):
                continue  # a call of a module changes nothing of it
            kept.add(number)
            new = _used(node, uses) - seen
            seen |= new
            wanted += new
    return kept


def _binds(statement: ast.stmt) -> set[str]:
    """Return the global names that a statement defines or may change."""
    found: set[str] = set()
    nodes: list[ast.AST] = [statement]
    while nodes:
        node = nodes.pop()
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            found.add(_root(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found.add(_root(node.value.func) if isinstance(node.value.func, ast.Attribute) else "")
        elif isinstance(node, (ast.Lambda, ast.comprehension)):
            continue
        nodes += ast.iter_child_nodes(node)
    return found - {""}


def _called(statement: ast.stmt) -> str:
    """Return the name of the function that a statement calls and does nothing else; empty for another."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""


def _root(node: ast.AST) -> str:
    """Return the name that an expression such as `a.b[1].c` begins with; empty for another."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _used(statement: ast.stmt, uses: _Uses) -> set[str]:
    """Return the global names in a statement; of a function none that is its own."""
    parts: list[ast.AST | None] = [statement]
    if isinstance(statement, _FUNCTIONS):
        parts = [statement.args, statement.returns, *statement.decorator_list]
    elif isinstance(statement, ast.ClassDef):
        parts = [*statement.bases, *statement.keywords, *statement.decorator_list]
    names = {node.id for part in parts if part for node in ast.walk(part) if isinstance(node, ast.Name)}
    return names.union(uses.get(getattr(statement, "name", ""), ()))


def _is_setting(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _SETTING


def _lines(node: ast.stmt) -> Iterator[int]:
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    yield from range(first, (node.end_lineno or first) + 1)
