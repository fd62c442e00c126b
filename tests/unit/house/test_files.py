"""What the files of the project may and must hold."""

import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

# Folders of one machine, and talk of how the work was done: the project speaks only of itself.
ELSEWHERE = re.compile(
    r"(?<![\w.<>~}-])/(?:work|opt|root|home)/[\w.]|[A-Z]:\\Users|\.libr[a]ry/|\bsub-?a[g]ents?\b|\bfarm-(?:bench|studio)\b",
    re.IGNORECASE,
)
FRAGMENT = re.compile(r"[a-z0-9][a-z0-9-]*\.(?:added|changed|fixed|removed|deprecated|security)\.md")


@pytest.fixture(scope="module")
def tracked(root):
    done = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout, so nothing tells which files are the project's")
    return [root / name for name in done.stdout.split("\0") if name and (root / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_the_project_speaks_only_of_itself(tracked, root):
    found = [
        f"{path.relative_to(root)}:{number} {line.strip()[:100]}"
        for path in tracked
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if ELSEWHERE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["work", "opt", "root", "home"])
@pytest.mark.parametrize("line", ["see /{}/venvs/dev", "open('/{}/x')", "/{}/.cache"])
def test_a_path_of_one_machine_is_recognised(line, folder):
    assert ELSEWHERE.search(line.format(folder))


@pytest.mark.parametrize("line", ["https://example.com/{}/x", "docs/{}/x", "the {}", "{{dir}}/{}/y", "~/{}/y"])
def test_other_text_is_not_taken_for_one(line):
    assert not ELSEWHERE.search(line.format("work"))


def test_text_files_end_with_a_newline_and_use_no_tabs_for_spaces(tracked, root):
    texts = [path for path in tracked if path.suffix in {".py", ".md", ".toml", ".yml", ".yaml"}]
    bad = [path for path in texts if (text := text_of(path)) and (not text.endswith("\n") or "\r" in text)]
    assert [str(path.relative_to(root)) for path in bad] == []


def test_changelog_fragments_are_well_formed(root):
    fragments = [path for path in (root / "changelog.d").iterdir() if path.name != "README.md"]
    assert [path.name for path in fragments if not FRAGMENT.fullmatch(path.name)] == []
    assert [path.name for path in fragments if not 10 <= len(path.read_text("utf-8").split()) <= 60] == []


def test_no_script_of_bench_hides_a_module_of_python(root):
    names = {path.stem for path in (root / "bench").glob("*.py")}  # a script's own folder comes first in its path
    assert names & sys.stdlib_module_names == set()


def test_actions_are_pinned_and_permissions_narrow(root):
    for path in sorted((root / ".github" / "workflows").glob("*.yml")):
        text = path.read_text("utf-8")
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] in ({}, {"contents": "read"}), path.name
        for action, ref, comment in re.findall(r"uses: (\S+)@(\S+)(?: +# (.+))?", text):
            assert comment, f"{path.name}: {action} says no version"
            # The example is for others to copy, who choose a commit that they have read.
            theirs = path.name == "example-gate.yml" and not action.startswith("actions/")
            assert re.fullmatch(r"[0-9a-f]{40}", ref) or theirs, f"{path.name}: {action}"


def test_a_job_has_a_time_limit_and_no_more_rights_than_it_names(root):
    for path in sorted((root / ".github" / "workflows").glob("*.yml")):
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
            assert "timeout-minutes" in job, f"{path.name}: {name}"
            assert "write-all" not in str(job.get("permissions", {})), f"{path.name}: {name}"
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False, f"{path.name}: {name}"


def test_issues_begin_with_a_form(root):
    forms = [path for path in (root / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    assert {path.stem for path in forms} == {"bug", "feature", "wrong-score"}
    for path in forms:
        form = yaml.safe_load(path.read_text("utf-8"))
        assert {"name", "description", "body"} <= form.keys(), path.name
        asked = [part for part in form["body"] if part["type"] != "markdown"]
        assert len({part["id"] for part in asked}) == len(asked), path.name
        assert all(part["attributes"]["label"] for part in asked), path.name
        assert {part["type"] for part in asked} <= {"input", "textarea", "dropdown", "checkboxes"}, path.name


def test_pages_of_the_root_name_files_that_are_there(root):
    for page in ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "README.md", "RELEASING.md", "SECURITY.md"):
        named = re.findall(r"\]\((?!https?:)([^)#]+)", (root / page).read_text("utf-8"))
        assert [name for name in named if not (root / name).exists()] == [], page


def test_the_readme_says_what_runs_code(root):
    readme = (root / "README.md").read_text("utf-8")
    assert "sudo apt install bubblewrap" in readme
    assert "--eval-sandbox=docker" in readme


def test_the_wheel_holds_everything_the_package_has(tracked, root, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(ZipFile(wheel).namelist())
    ships = {path.relative_to(root).as_posix() for path in tracked if path.is_relative_to(root / "pytest_evalscope")}
    assert ships - held == set()
    assert "pytest_evalscope/py.typed" in held
    assert [name for name in held if name.startswith(("tests/", "evals/", "docs/"))] == []
    assert any(name.endswith("licenses/LICENSE") for name in held)
