"""Write the pages that are made from the code: `python docs/generate.py`.

`benchmarks.md` comes from the cards, `options.md` from the plugin's table of options. A test holds them fresh.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.cli.cards import card, rows_of
from pytest_evalscope.plugin.options import OPTIONS

HERE = Path(__file__).resolve().parent

BENCHMARKS_ABOVE = """\
# Benchmarks

<!-- Made by docs/generate.py from the cards: change those. -->

{count} benchmarks; `pytest-evalscope benchmarks NAME` shows one with a prompt. Rows are read from where their owners
put them; only the smoke sets ship with this package. A version changes whenever a prompt or a mark may: results of two
versions do not compare. The primary metric is bold.
"""

OPTIONS_ABOVE = """\
# Options

<!-- Made by docs/generate.py from the plugin's table of options: change that. -->

Every option has an environment variable and a key in the ini file (`[tool.pytest.ini_options]` of `pyproject.toml`, or
`pytest.ini`). The command line wins over the environment, the environment over the ini file. `--model` is short for
`--eval-model`, unless your own `conftest.py` has an option of that name: then yours stays. Keys and passwords are read
from the environment only, under the names their owners gave them (`OPENAI_API_KEY`).
"""


def benchmarks_page() -> str:
    """Return `benchmarks.md`."""
    cards = sorted((card(load(name)) for name in names()), key=lambda facts: (facts["field"], facts["name"]))
    lines = [BENCHMARKS_ABOVE.format(count=len(cards)).rstrip()]
    for field, group in groupby(cards, key=lambda facts: str(facts["field"])):
        lines += ["", f"## {field}", ""]
        lines += ["| name | asks | subsets | rows | metrics |", "|---|---|--:|--:|---|"]
        members = list(group)
        lines += [_row(facts) for facts in members]
        for facts in members:
            lines += ["", *_entry(facts)]
    return "\n".join(lines) + "\n"


def _row(facts: dict[str, Any]) -> str:
    metrics = ", ".join(f"**{name}**" if name == facts["primary_metric"] else name for name in facts["metrics"])
    cells = (f"`{facts['name']}`", facts["title"], len(facts["subsets"]) or "", rows_of(facts), metrics)
    return "| " + " | ".join(map(str, cells)) + " |"


def _entry(facts: dict[str, Any]) -> list[str]:
    told = {
        "version": facts["version"],
        "data": f"`{facts['data']}`" if facts["data"] else "",
        "languages": ", ".join(facts["languages"]),
        "tags": ", ".join(facts["tags"]),
        "worked examples": facts["few_shot"],
        "needs": ", ".join(f"`{extra}`" for extra in facts["needs"]),
        "licence": facts["licence"],
        "paper": facts["paper"],
        "reference": facts["reference"],
    }
    shown = "; ".join(f"{key}: {value}" for key, value in told.items() if value)
    return [f"### {facts['name']}", "", *([facts["description"], ""] if facts["description"] else []), f"{shown}."]


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


PAGES = {"benchmarks.md": benchmarks_page, "options.md": options_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
