"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from pytest_evalscope.text.patterns import pattern


def test_it_acts_as_what_re_compiles():
    late, compiled = pattern("(?P<a>b)+", re.IGNORECASE), re.compile("(?P<a>b)+", re.IGNORECASE)
    assert late.sub("-", "aBba") == "a-a"
    assert [found.span() for found in late.finditer("bab")] == [(0, 1), (2, 3)]
    assert late.fullmatch("bb")
    assert late.match("abb", 1)
    assert late.split("1b2") == compiled.split("1b2")
    assert late.findall("bxB") == ["b", "B"]
    assert late.subn("", "bxB") == ("x", 2)
    assert (late.pattern, late.flags, late.groups) == (compiled.pattern, compiled.flags, 1)
    assert dict(late.groupindex) == {"a": 1}


def test_it_is_compiled_once_and_not_before_it_is_used(monkeypatch):
    made, real = [], re.compile

    def compiled(*written):
        made.append(written)
        return real(*written)

    monkeypatch.setattr(re, "compile", compiled)
    late = pattern("b")
    assert not made
    assert late.search("ab")
    assert late.search("b")
    assert not late.fullmatch("ab")
    assert made == [("b", 0)]


def test_what_a_pattern_has_not_is_named():
    with pytest.raises(AttributeError, match="scanner"):
        getattr(pattern("b"), "scanner")  # noqa: B009  # a type checker refuses the name


COMPILE_ALL = """
import re
from importlib import import_module
from pathlib import Path
import pytest_evalscope
from pytest_evalscope.text import patterns

made = []
patterns.pattern = lambda source, flags=0: made.append(re.compile(source, flags)) or made[-1]
root = Path(pytest_evalscope.__file__).parent
for file in root.rglob("*.py"):
    if "text.patterns import pattern" in file.read_text(encoding="utf-8"):
        import_module(".".join(("pytest_evalscope", *file.relative_to(root).with_suffix("").parts)))
print(len(made))
"""


def test_every_pattern_of_the_package_can_be_compiled():
    done = subprocess.run([sys.executable, "-c", COMPILE_ALL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200
