"""What the mutation sampler changes, and what it leaves alone."""

import importlib
import random
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"


@pytest.fixture
def mutation(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("mutation")


@pytest.fixture
def sampler(mutation: ModuleType) -> ModuleType:
    return importlib.import_module("mutation_sample")


@pytest.fixture
def made(mutation: ModuleType):
    """Return a function: source, kind → the changed sources."""

    def changes(text: str, kind: str = "") -> list[str]:
        source = mutation.Source(text.encode())
        found = [each for each in mutation.candidates(source) if kind in ("", each.kind)]
        return [new.decode() for each in found if (new := mutation.changed(source, each)) is not None]

    return changes


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("comparison", "a < b", ["a <= b"]),
        ("comparison", "a >= b", ["a > b"]),
        ("comparison", "a == b", ["a != b"]),
        ("comparison", "a not  in b", ["a in b"]),
        ("comparison", "a is b", ["a is not b"]),
        ("comparison", "a is not b", ["a is b"]),
        ("comparison", "(a) < (b) <= c", ["(a) <= (b) <= c", "(a) < (b) < c"]),
        ("and/or", "a and b or c", ["a and b and c", "a or b or c"]),
        ("and/or", "a and b and c", ["a or b and c", "a and b or c"]),
        ("not", "x = not (a or b)", ["x =  (a or b)"]),
        ("arithmetic", "a + b", ["a - b"]),
        ("arithmetic", "a // b % c", ["a // b * c", "a / b % c"]),
        ("arithmetic", "a *= b", ["a /= b"]),
        ("arithmetic", "a + 'x'", []),
        ("arithmetic", "'%s' % x", []),
        ("number", "a[-1]", ["a[-2]"]),
        ("number", "a = 0.5", ["a = 1.5"]),
        ("True/False", "f(x=True)", ["f(x=False)"]),
        ("text", "f('a', rb'b')", ["f('XXa', rb'b')", "f('a', rb'XXb')"]),
        ("text", 'f(f"{a} b")', ['f(f"XX{a} b")']),
        ("text", "f('''a''')", ["f('''XXa''')"]),
        ("return None", "def f():\n    return (1\n        + 2)", ["def f():\n    return (None)"]),
        ("return None", "def f():\n    return", []),
        ("return None", "def f():\n    return True", []),
        ("condition", "if a < b: c()", ["if not (a < b): c()"]),
        ("condition", "if a == b: c()", []),
        ("condition", "if not a: c()", []),
        ("condition", "[a for a in b if a]", ["[a for a in b if not (a)]"]),
        ("condition", "x = a if b else c", ["x = a if not (b) else c"]),
        ("removed", "f(\n  1)", ["pass"]),
        ("removed", "def f(a):\n    a += 1", ["def f(a):\n    pass"]),
        ("removed", "def f(a):\n    a = 1", ["def f(a):\n    pass"]),
        ("removed", "def f():\n    a = 1\n    return a", []),
        ("removed", "def f(a):\n    a.b = 1", ["def f(a):\n    pass"]),
        ("removed", "a = 1\na = 2", []),
        ("removed", "for a in b:\n    if a: continue\n    break",
         ["for a in b:\n    if a: pass\n    break", "for a in b:\n    if a: continue\n    pass"]),
        ("removed", "def f():\n    raise ValueError", ["def f():\n    pass"]),
        ("removed", "async def f():\n    await g()", ["async def f():\n    pass"]),
        ("argument", "f(a, b=1, c=(2))", ["f(a,  c=(2))", "f(a, b=1)"]),
        ("argument", "f(b=1)", ["f()"]),
        ("argument", "f(**b)", []),
        ("call", "min(any(a))", ["max(any(a))", "min(all(a))"]),
        ("sorted", "sorted(a for a in b)", ["sorted(a for a in b)[::-1]"]),
        ("slice", "a[b:c.d]", ["a[(b) + 1:c.d]", "a[b:(c.d) + 1]"]),
        ("slice", "a[1:-1]", []),
    ],
)  # fmt: skip
def test_a_kind_makes_these_changes(made, kind, text, expected):
    assert made(text, kind) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"""A module."""',
        'def f():\n    """Return nothing."""',
        'class A:\n    a: "int"\n    """An attribute."""',
        '__all__ = ["a"]',
        'def f(a: "int") -> "int": ...',
        'a: Literal["b"]\nC = Literal["b", 1]',
        'class A:\n    def __repr__(self):\n        return "a"',
        "if TYPE_CHECKING:\n    a = 1",
        "@dataclass(frozen=True)\nclass A: ...",
        "@overload\ndef f(a=1): ...",
        'T = TypeVar("T", bound=1)',
        "a = f(1, b=True)  # pragma: no mutant  # says why",
        "from __future__ import annotations",
        "def f():\n    ...",
    ],
)
def test_these_are_left_alone(made, text):
    assert made(text) == []


def test_what_stands_elsewhere_on_such_lines_is_changed(made):
    text = "if TYPE_CHECKING:\n    a = 1\nelse:\n    a = 2\ncast('int', 'b')\nc: 'int' = 4\n"
    places = ("a = 2", "a = 3"), ("'b'", "'XXb'"), ("= 4", "= 5")
    found = made(text, "number") + made(text, "text")
    assert sorted(found) == sorted(text.replace(*place) for place in places)


def test_all_but_the_segment_stays_byte_for_byte(mutation):
    data = "# größer\r\nx = [ 'ü' ,1 ]  ; y=2\n".encode()
    source = mutation.Source(data)
    found = [mutation.changed(source, each) for each in mutation.candidates(source)]
    assert [new.decode() for new in found if new] == [
        "# größer\r\nx = [ 'XXü' ,1 ]  ; y=2\n",
        "# größer\r\nx = [ 'ü' ,2 ]  ; y=2\n",
        "# größer\r\nx = [ 'ü' ,1 ]  ; y=3\n",
    ]


def test_a_change_that_is_no_program_or_the_same_one_is_none(mutation):
    source = mutation.Source(b"a = 1\n")
    told = {"kind": "", "line": 1, "lines": range(1, 2), "function": "", "late": False}
    assert mutation.changed(source, mutation.Candidate(start=0, end=1, new=b"1", **told)) is None
    assert mutation.changed(source, mutation.Candidate(start=4, end=5, new=b"(1)", **told)) is None
    assert mutation.changed(source, mutation.Candidate(start=4, end=5, new=b"2", **told)) == b"a = 2\n"


def test_a_candidate_says_where_it_is_and_what_an_import_executes(mutation):
    text = "A = 1\nclass B:\n    c = 2\n    def d(self):\n        return f(\n            3,\n        )\nE = lambda: 4\n"
    source = mutation.Source(text.encode())
    found = {each.new: each for each in mutation.candidates(source) if each.kind == "number"}
    told = [(found[new].line, found[new].function, found[new].late) for new in (b"2", b"3", b"4", b"5")]
    assert told == [(1, "", False), (3, "B", False), (6, "B.d", True), (8, "", True)]
    assert list(found[b"4"].lines) == [5, 6, 7]


def test_a_draw_takes_one_mutant_of_a_line_and_few_texts(sampler):
    lines = [f"a{n} = {n} + b({n}, c=True)" for n in range(30)] + [f"d('{n}')" for n in range(30)]
    file = sampler.Mutants("p/q/r.py", "\n".join(lines).encode())
    found = list(sampler.drawn([file], 20, random.Random(1)))
    assert len({mutant.line for mutant in found}) == 20
    assert sum(mutant.kind == "text" for mutant in found) <= 2
    assert found == list(sampler.drawn([file], 20, random.Random(1)))
    assert found != list(sampler.drawn([file], 20, random.Random(2)))


def test_a_room_has_ten_mutants_or_its_share(sampler, tmp_path):
    rooms = {"small": ["a.py"], "large": ["b.py"]}
    (tmp_path / "a.py").write_text("a = 1\n\n# b\n")
    (tmp_path / "b.py").write_text("a = 1\n" * 99)
    assert sampler.quotas(tmp_path, rooms, 200) == {"small": 10, "large": 198}


def test_a_mutant_is_found_again_on_another_line(sampler):
    before = sampler.Mutants("p/q.py", b"def f(a):\n    return a < 1 < 2\n")
    after = sampler.Mutants("p/q.py", b"import b\n\ndef f(a):\n    return a < 1 < 2\n")
    entries = [mutant.entry() for mutant in before.all()]
    assert [entry["line"] for entry in entries] == [2] * len(entries)
    found = [after.find(entry) for entry in entries]
    assert [(mutant.line, mutant.after) for mutant in found] == [(4, entry["after"]) for entry in entries]
    assert sampler.Mutants("p/q.py", b"def f(a):\n    return a > 1 < 2\n").find(entries[0]) is None
