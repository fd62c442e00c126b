"""What `.ci/run` runs, in which order, with which packages, and that it lets no test be skipped in silence."""

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
STAGES = (
    "ruff", "ruff", "mypy", "lint-imports", "docs/site/build.py",
    "tests/unit", "tests/cases", "tests/plugin", "tests/docs", "slow", "nightly",
)  # fmt: skip


@pytest.fixture(scope="module")
def script(root):
    return (root / ".ci" / "run").read_text("utf-8")


def test_ci_runs_what_the_readme_says(root):
    readme = (root / "README.md").read_text("utf-8")
    assert "\n.ci/run\n" in readme, "the README's second command is the script that CI runs"
    assert (root / ".ci" / "run").stat().st_mode & 0o111
    assert "run: .ci/run" in (root / ".github" / "workflows" / "ci.yml").read_text("utf-8")


def test_what_is_quick_and_likely_to_fail_comes_first(script):
    stages = re.findall(r"^ *(?:if .* then )?stage (.+)$", script, re.MULTILINE)
    assert len(stages) == len(STAGES)
    assert [part for part, stage in zip(STAGES, stages, strict=True) if part not in stage] == []


def test_what_is_marked_slow_is_where_its_stage_looks(root):
    others = [path for path in (root / "tests").rglob("*.py") if "unit" not in path.relative_to(root).parts]
    assert [path for path in others if "mark.slow" in path.read_text("utf-8")] == []


def test_every_folder_of_tests_has_its_stage(root, script):
    folders = {path.name for path in (root / "tests").iterdir() if any(path.rglob("test_*.py"))}
    assert {name for name in folders if not re.search(rf"^stage \w+ .*tests/{name}\b", script, re.MULTILINE)} == set()


@pytest.mark.parametrize("word", ["--lowst", "newest", "--random=", "--random=a1"])
def test_an_option_that_it_has_not_is_refused_before_anything_is_installed(root, word):
    done = subprocess.run(["bash", str(root / ".ci" / "run"), word], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert f"unknown option ({word}); accepted: --newest --lowest" in done.stderr


def locked(root):
    """The version and marker of each line of the lock, by name."""
    found: dict[str, list[Requirement]] = {}
    text = (root / ".ci" / "requirements.txt").read_text("utf-8")
    for entry in re.split(r"\n(?=\S)", text):
        if not entry.startswith("#"):
            first, _, rest = entry.partition(" \\\n")
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), f"{first}: no hash"
            made = Requirement(first)
            found.setdefault(canonicalize_name(made.name), []).append(made)
    return found


def test_the_lock_holds_what_pyproject_asks_for(root, script):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for part in project["optional-dependencies"].values() for text in part]
    wanted += [Requirement(text) for text in project["dependencies"]]
    held = locked(root)
    held["torch"] = [Requirement(found) for found in re.findall(r"\$\{TORCH:-(torch==[\d.]+)\}", script)]
    wrong = [
        f"{want} is not what is locked ({', '.join(map(str, held.get(canonicalize_name(want.name), ['nothing'])))})"
        for want in wanted
        if canonicalize_name(want.name) != "pytest-evalscope"
        and not all(
            want.specifier.contains(str(have.specifier).removeprefix("=="), prereleases=True)
            for have in held.get(canonicalize_name(want.name)) or [Requirement("nothing==0")]
        )
    ]
    assert wrong == [], "run: .ci/lock"


SKIPS = """
import pytest

def test_listed():
    pytest.skip("no data mirror: set EVALSCOPE_DATA_DIR")

def test_unlisted():
    pytest.skip("it is Monday")

@pytest.mark.skipif(True, reason="the moon is full")
def test_marked():
    pass

@pytest.mark.xfail(reason="known")
def test_expected():
    assert False
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_skip_that_is_not_on_the_list_fails(root, tmp_path, workers):
    shutil.copy(root / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_skips.py").write_text(SKIPS, encoding="utf-8")
    (tmp_path / "test_module.py").write_text("import pytest\npytest.importorskip('no_such_module')\n", encoding="utf-8")
    output = run_tests(tmp_path, "-n", workers, "--only-listed-skips", "--continue-on-collection-errors")
    assert "1 skipped, 1 xfailed" in output
    for reason in ("it is Monday", "the moon is full", "could not import 'no_such_module'"):
        assert re.search(rf"skipped for a reason that is not in MAY_SKIP \(tests/conftest\.py\): {reason}", output)
    assert "4 skipped, 1 xfailed" in run_tests(tmp_path, "-n", workers)


@pytest.mark.slow
def test_every_file_of_tests_is_in_one_part(root, tmp_path):
    (tmp_path / "tests").mkdir()
    shutil.copy(root / "tests" / "conftest.py", tmp_path / "tests" / "conftest.py")
    names = [f"tests/test_{letter}.py::test_it" for letter in "abcdefgh"]
    for name in names:
        (tmp_path / name.partition("::")[0]).write_text("def test_it():\n    pass\n", encoding="utf-8")
    listed = [run_tests(tmp_path, "--collect-only", "--part", f"{part}/3") for part in (1, 2, 3)]
    assert sorted(re.findall(r"^tests/.*", "\n".join(listed), re.MULTILINE)) == names
    assert max(text.count("::") for text in listed) < len(names)


PARTS = """
%s
wait_for_it='while ! [[ -e ready ]]; do sleep 0.01; done'
in_turn='case $2 in
    1/2) sleep 100 & echo $! >child; touch ready; wait ;;
    2/2) '$wait_for_it'; echo broken; exit 1 ;;
esac'
workers=2 keep_going='' pytest=(bash -c "$in_turn" bash)
parts
echo "outcome $?; still running: $(jobs -r)"
while kill -0 "$(cat child)" 2>/dev/null; do sleep 0.01; done
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
def test_a_part_that_fails_ends_the_others(script, tmp_path):
    (parts,) = re.findall(r"^parts\(\) \{\n.*?^\}$", script, re.MULTILINE | re.DOTALL)
    said = subprocess.run(
        ["bash", "-c", PARTS % parts], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (said.stdout, said.stderr) == ("\nbroken\noutcome 1; still running: \n", "")


def test_evals_need_no_plugin_of_the_tests(root):
    """README's first command installs none: pytest refuses a setting of a plugin that is not there."""
    command = [sys.executable, "-m", "pytest", "-p", "pytest_evalscope.plugin", "--collect-only", "-q", "evals/smoke"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=root, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("part", ["0/2", "3/2", "x", "1/0", ""])
def test_a_part_that_there_is_not_is_refused(root, tmp_path, part):
    shutil.copy(root / "tests" / "conftest.py", tmp_path / "conftest.py")
    command = [sys.executable, "-m", "pytest", f"--part={part}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert f"not K/N with 1 <= K <= N ({part!r})" in done.stderr


def run_tests(folder: Path, *args: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
