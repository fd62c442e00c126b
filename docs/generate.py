"""Write the pages that are made from the code: `python docs/generate.py`.

`benchmarks.md` and a page for each field in `benchmarks/` come from the cards, `options.md` from the plugin's table of
options, `reference.md` from docstrings and `site/contents.py`. A test checks that they are up to date.
"""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import replace
from importlib import import_module
from itertools import groupby
from json import dumps
from pathlib import Path
from re import findall, split
from textwrap import fill
from typing import Any

import yaml

import pytest_evalscope
from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.cli.cards import card, rows_of
from pytest_evalscope.data import Packaged, Rows, Source
from pytest_evalscope.options import OPTIONS
from pytest_evalscope.types import Sample

sys.path.append(str(Path(__file__).resolve().parent / "site"))

from api_pages import errors, fixtures
from contents import REFERENCE, located

HERE = Path(__file__).resolve().parent
CASES = HERE.parent / "tests" / "cases"

MADE = "<!-- Made by docs/generate.py from the cards: change those. -->"

INDEX_ABOVE = """\
# Benchmarks

{made}

{count} benchmarks in {fields} fields. `pytest-evalscope benchmarks --tag math` lists those with a tag, and
`pytest-evalscope benchmarks NAME` shows one with a prompt. Rows are read from where their owners put them; only the
smoke sets ship with this package. The page of each field lists requirements, source and an example prompt.
"""

FIELD_ABOVE = """\
# Benchmarks: {field}

{made}

A version changes whenever a prompt or a score may change: results of two versions are not comparable. The primary
metric is bold. Prompts are those of a row that was written for the tests in the data's format, or of the first packaged
one; few-shot examples are left out, and … replaces the middle of a long text. [All fields](../benchmarks.md).
"""

LONGEST = 1200
"""Characters of a message that are shown."""

OPTIONS_ABOVE = """\
# Options

<!-- Made by docs/generate.py from the plugin's table of options: change that. -->

Every option has an environment variable and a key in the ini file (`[tool.pytest.ini_options]` of `pyproject.toml`, or
`pytest.ini`). The command line takes precedence over the environment, the environment over the ini file. `--model` is
short for `--eval-model`, unless your own `conftest.py` defines an option of that name: then yours is kept. Keys and
passwords are read from the environment only, under the names of their providers (`OPENAI_API_KEY`).
"""

REFERENCE_ABOVE = """\
# API reference

<!-- Made by docs/generate.py from docs/site/contents.py and the docstrings: change those. -->

A name without a module is imported from `pytest_evalscope`: `from pytest_evalscope import exact`. The site that is
built from these pages (`python docs/site/build.py`) has each with its signature, arguments and errors, and
`python -c "import pytest_evalscope; help(pytest_evalscope.exact)"` prints the same. Names that are on no page may
change in any version ([deprecations](../CONTRIBUTING.md#deprecations)). Options have a [page of their own](options.md).
"""


def cards() -> dict[str, list[dict[str, Any]]]:
    """Return the cards by field, both in the order of their names."""
    made = sorted((card(load(name)) for name in names()), key=lambda facts: (facts["field"], facts["name"]))
    return {field: list(group) for field, group in groupby(made, key=lambda facts: str(facts["field"]))}


def index_page(fields: dict[str, list[dict[str, Any]]]) -> str:
    """Return `benchmarks.md`: every benchmark in one line, by field."""
    count = sum(map(len, fields.values()))
    lines = [INDEX_ABOVE.format(made=MADE, count=count, fields=len(fields)).rstrip()]
    for field, group in fields.items():
        lines += ["", f"## [{field}](benchmarks/{field}.md)", ""]
        lines += ["| name | title | task | subsets | rows | primary metric | needs |", "|---|---|---|--:|--:|---|---|"]
        lines += [_row(facts) for facts in group]
    return "\n".join(lines) + "\n"


def _row(facts: dict[str, Any]) -> str:
    name, needs = facts["name"], ", ".join(facts["needs"])
    linked = f"[`{name}`](benchmarks/{facts['field']}.md#{name})"
    subsets = len(facts["subsets"]) or ""
    cells = (linked, facts["title"], facts["task_type"], subsets, rows_of(facts), facts["primary_metric"], needs)
    return "| " + " | ".join(map(str, cells)) + " |"


def field_page(field: str, group: list[dict[str, Any]]) -> str:
    """Return the page of one field: every benchmark of it with all that its card says, and a prompt."""
    lines = [FIELD_ABOVE.format(made=MADE, field=field).rstrip()]
    for facts in group:
        lines += ["", *_entry(facts)]
    return "\n".join(lines) + "\n"


def _entry(facts: dict[str, Any]) -> list[str]:
    entries = {
        "task": facts["task_type"],
        "rows": _sizes(facts),
        "metrics": ", ".join(f"**{name}**" if name == facts["primary_metric"] else name for name in facts["metrics"]),
        "needs": ", ".join(f"`{extra}`" for extra in facts["needs"]),
        "few-shot examples": facts["few_shot"],
        "parameters": ", ".join(f"{name}={value}" for name, value in facts["params"].items()),
        "languages": ", ".join(facts["languages"]),
        "tags": ", ".join(facts["tags"]),
        "data": _data(facts),
        "licence": facts["licence"],
        "paper": _paper(facts["paper"]),
        "prompt and scoring from": facts["reference"],
        "version": facts["version"],
    }
    table = [f"| {key} | {_cell(str(value))} |" for key, value in entries.items() if value]
    above = [f"## {facts['name']}", "", f"{facts['title']}. {facts['description']}".rstrip().rstrip(".") + ".", ""]
    return [*above, "| | |", "|---|---|", *table, "", *_prompt(load(facts["name"]))]


def _sizes(facts: dict[str, Any]) -> str:
    sizes, total = facts["subsets"], rows_of(facts)
    if not sizes:
        return "those of your own files"
    named = [name if rows is None else f"{name} {rows:,}" for name, rows in sizes.items()]
    if len(named) == 1:
        return total or "not stated"
    shown = ", ".join(named) if len(named) <= 12 else ", ".join((*named[:3], "…", named[-1]))
    return f"{total + ' ' if total else ''}in {len(named)} subsets: {shown}"


def _data(facts: dict[str, Any]) -> str:
    if not facts["data"]:
        return ""
    revision = {"": "", "newest": " at its newest commit"}
    return f"`{facts['data']}`" + revision.get(facts["revision"], f" at commit `{facts['revision']}`")


def _paper(named: str) -> str:
    return f"[{named}](https://arxiv.org/abs/{named[6:]})" if named.startswith("arXiv:") else named


def _prompt(benchmark: Benchmark) -> list[str]:
    """Return the messages of one sample's request."""
    render = getattr(benchmark.solve, "render", None)
    if render is None:
        return ["Its solver is a function of its own."]
    lines = []
    for message in render(_sample(benchmark)):
        text = message["content"] if isinstance(message["content"], str) else dumps(message["content"], indent=1)
        if len(text) > LONGEST:
            text = f"{text[: LONGEST // 2]}\n…\n{text[-LONGEST // 2 :]}"
        # No text of a prompt closes a fence that is longer than any in it.
        fence = "~" * (2 + max((len(run) for run in findall("~+", text)), default=1))
        lines += [f"{message['role']}:", "", f"{fence}text", *(line.rstrip() for line in text.split("\n")), fence, ""]
    return lines[:-1]


def _sample(benchmark: Benchmark) -> Sample:
    """Return a sample to show: that of the first row of its cases, so that data of others is not shown here."""
    if isinstance(benchmark.data, Packaged):
        return next(benchmark.samples(benchmark.data.subsets[0], Source(offline=True)))
    case = yaml.safe_load((CASES / f"{benchmark.name}.yaml").read_text(encoding="utf-8"))[0]
    subset = case.get("subset") or benchmark.data.subsets[0]
    return next(replace(benchmark, data=Rows({subset: [case["row"]]})).samples(subset, Source(offline=True)))


def options_page() -> str:
    """Return `options.md`."""
    lines = [
        OPTIONS_ABOVE,
        "| option | default | meaning |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{_typed(o.flag, o.metavar)}` | {f'`{o.default}`' if o.default else ''} | {_cell(o.help)} |"
        for o in OPTIONS
    ]
    lines += ["", "| option | environment | ini key |", "|---|---|---|"]
    lines += [f"| `{o.flag}` | `{o.variable}` | `{o.key}` |" for o in OPTIONS]
    return "\n".join(lines) + "\n"


def _typed(flag: str, metavar: str) -> str:
    return _cell(f"{flag}={metavar}")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def api_page() -> str:
    """Return `reference.md`: every public name with the first sentence of its docstring, by group."""
    lines = [REFERENCE_ABOVE.rstrip()]
    for group in REFERENCE.values():
        lines += [
            "",
            f"## {group.title}",
            "",
            fill(group.about, 120, break_on_hyphens=False),
            "",
            "| name | |",
            "|---|---|",
        ]
        lines += [f"| `{name}` | {_summary(getattr(pytest_evalscope, name))} |" for name in group.names]
        if group.fixtures:
            lines += [f"| fixture `{node.name}` | {_summary(node)} |" for node in fixtures()]
        for module, name in (*map(located, group.extra), *(errors() if group.errors else ())):
            lines.append(f"| `{module}.{name}` | {_summary(getattr(import_module(module), name))} |")
    return "\n".join(lines) + "\n"


def _summary(value: object) -> str:
    """Return the first sentence of a docstring as a cell; text in backticks is code, in which only `|` matters."""
    docstring = ast.get_docstring(value) if isinstance(value, ast.FunctionDef) else inspect.getdoc(value)
    paragraph = " ".join((docstring or "").partition("\n\n")[0].split())
    parts = split(r"(?<=[^A-Z]\.) ", paragraph, maxsplit=1)[0].split("`")  # behind a capital it is a name's initial
    parts[::2] = map(_cell, parts[::2])
    parts[1::2] = (part.replace("|", "\\|") for part in parts[1::2])
    return "`".join(parts)


def pages() -> dict[str, str]:
    """Return every page that is made: its path under `docs` → its content."""
    fields = cards()
    return {
        "options.md": options_page(),
        "reference.md": api_page(),
        "benchmarks.md": index_page(fields),
        **{f"benchmarks/{field}.md": field_page(field, group) for field, group in fields.items()},
    }


if __name__ == "__main__":
    made = pages()
    for old in (HERE / "benchmarks").glob("*.md"):
        if f"benchmarks/{old.name}" not in made:
            old.unlink()
    (HERE / "benchmarks").mkdir(exist_ok=True)
    for name, content in made.items():
        (HERE / name).write_text(content, encoding="utf-8")
