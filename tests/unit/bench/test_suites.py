"""How cases are read from other people's tests, and how outcomes are counted."""

import importlib
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
THEIRS = """
import pytest
import not_installed
from not_installed.scoring import compare, skip_if, Base

class Test(Base):
    def setUp(self):
        self.gold = "7"

    @pytest.mark.parametrize("reply, expected", [("7", 1), pytest.param("8", 0)])
    def test_of_a_class(self, reply, expected):
        self.assertEqual(expected, compare(self.gold, reply))

    def test_truth(self):
        self.assertTrue(compare(self.gold, "seven"))

@skip_if("x")
async def test_alone():
    assert compare("7", "9") != 1

def test_of_nothing():
    assert not_installed.version == "3"

def test_with_a_fixture(monkeypatch):
    assert compare("7", "7") == 1

def test_that_ends_early():
    assert compare("7", "10") == 0
    raise KeyError("x")
"""


@pytest.fixture
def suites(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))

    def named(name):
        return importlib.import_module(f"bench.suites.{name}")

    return named


@pytest.fixture
def repository(tmp_path):
    """A snapshot as it may come: a git directory in a folder that names the owner too."""
    work = tmp_path / "work"
    (work / "tests").mkdir(parents=True)
    (work / "tests/test_theirs.py").write_text(THEIRS)
    (work / "large.bin").write_text("x")
    place = tmp_path / "snapshots/owner+theirs/repo"
    place.parent.mkdir(parents=True)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", f"--git-dir={place}", f"--work-tree={work}"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    return tmp_path / "snapshots"


@pytest.fixture
def suite(suites):
    case, playing = suites("case"), suites("playing")

    def collect(book, root):
        assert not (root / "large.bin").exists()
        stand_ins = {"compare": lambda gold, reply: book.claim("number", reply, gold, read=float)}
        playing.play(book, root, "tests/test_theirs.py", stand_ins)

    return case.Suite(name="theirs", repository="theirs", paths=("tests",), collect=collect)


def test_cases_are_read_from_a_git_directory(suites, suite, repository):
    commit, book = suites("__main__").read(suite, repository)
    assert len(commit) == 8
    found = {case.reply: (case.place.partition("::")[2], case.target, case.expected) for case in book.cases}
    assert found == {
        "7": ("Test::test_of_a_class", "7", 1.0),
        "8": ("Test::test_of_a_class", "7", 0.0),
        "seven": ("Test::test_truth", "7", 1.0),
        "9": ("test_alone", "7", 0.0),
        "10": ("test_that_ends_early", "7", 0.0),
    }
    assert [case.number for case in book.cases] == [1, 2, 3, 4, 5]
    assert {place.partition("::")[2]: why for place, why in book.left_out.items()} == {
        "test_of_nothing": "compares no answer",
        "test_with_a_fixture": "needs monkeypatch",
        "test_that_ends_early": "1 cases, then ended with KeyError: 'x'",
    }


def test_a_work_tree_is_read_where_it_is(suites, tmp_path):
    (tmp_path / "theirs-1.0").mkdir()
    (tmp_path / "Theirs").mkdir()
    snapshots = suites("snapshots")
    assert snapshots.snapshot(tmp_path, "theirs") == tmp_path / "Theirs"
    assert snapshots.tree(tmp_path / "Theirs", ["tests"], tmp_path / "into") == tmp_path / "Theirs"
    assert snapshots.commit(tmp_path / "Theirs") == ""
    assert snapshots.snapshot(tmp_path, "others") is None


def test_a_difference_is_a_fault_unless_a_rule_explains_it(suites):
    main, case = suites("__main__"), suites("case")
    right = case.Case(scorer="number", reply="7", target="7", expected=1.0, suite="theirs")
    first = case.Case(scorer="number", reply="8, then 7", target="8", expected=1.0, settings={"location": "first"})
    fault = case.Case(scorer="number", reply="8", target="7", expected=1.0)
    broken = case.Case(scorer="choice", reply="B", target="B", expected=1.0, choices=1)
    outcomes = [main.outcome(each) for each in (right, first, fault, broken)]
    assert [each.wrong for each in outcomes] == [False, False, True, True]
    assert outcomes[1].by_definition.name == "where the number stands"
    assert outcomes[3].ours.startswith("refused: choice: the target is not one of the options")
    assert main.row("theirs", "abc", outcomes, 2) == ["theirs", "abc", 4, 1, 1, 2, 2]


def test_faults_are_shown_in_full_and_decide_the_exit_status(suites, suite, repository, monkeypatch, capsys):
    main = suites("__main__")
    monkeypatch.setattr(main, "SUITES", (suite,))
    monkeypatch.setitem(main.OURS, "number", lambda case: case.reply != "9" and case.expected)
    assert main.main(["--suites", str(repository)]) == 0
    assert "reply" not in capsys.readouterr().out
    monkeypatch.setitem(main.OURS, "number", lambda case: case.reply in {"7", "9"})
    assert main.main(["--suites", str(repository), "--left-out", "thei"]) == 1
    said = capsys.readouterr().out
    assert "reply 'seven'\n  gold  '7'\n  theirs 1.0, ours False" in said
    assert "reply '9'\n  gold  '7'\n  theirs 0.0, ours True" in said
    assert "reply '8'" not in said
    assert "left out tests/test_theirs.py::test_with_a_fixture: needs monkeypatch" in said


def test_a_suite_that_is_not_there_is_no_success(suites, suite, tmp_path, monkeypatch, capsys):
    main = suites("__main__")
    monkeypatch.setattr(main, "SUITES", (suite,))
    assert main.main(["--suites", str(tmp_path)]) == 1
    assert "not found" in capsys.readouterr().out


def test_a_case_is_identified_without_its_text(suites):
    case = suites("case").Case(scorer="number", reply="7", target="7", expected=1.0)
    assert len(case.digest) == 8
    assert case.digest != suites("case").Case(scorer="number", reply="8", target="7", expected=1.0).digest


def test_stand_ins_of_every_suite_read_their_layout(suites, tmp_path):
    """Two lines in the layout of Math-Verify: a pair that is compared, and the letter that is found."""
    tests = tmp_path / "tests"
    tests.mkdir()
    math_verify = suites("math_verify")
    for name in math_verify.FILES:
        (tests / f"{name}.py").write_text("")
    (tests / "test_boxed.py").write_text(
        "from tests.test_all import compare_strings\n"
        "def test_boxed():\n    assert compare_strings('$2$', '$3$', strict=False) == 0\n"
    )
    (tests / "test_string_extraction.py").write_text(
        "from math_verify import parse, StringExtractionConfig\n"
        "def test_letter():\n    assert parse('It is C.', [StringExtractionConfig()]) == ['c', 'C']\n"
    )
    book = suites("case").Book("Math-Verify")
    math_verify.collect(book, tmp_path)
    boxed, letter = book.cases
    assert (boxed.reply, boxed.target, boxed.expected, boxed.settings) == ("$3$", "$2$", 0.0, {"strict": False})
    assert (letter.scorer, letter.reply, letter.expected, letter.choices) == ("letters", "It is C.", "C", 4)
