"""Compare our verdicts on IFBench's types of instructions with those of EvalScope's copy of the authors' checkers.

    python bench/parity_ifbench.py --evalscope SITE_PACKAGES/evalscope --data-dir DIR

It needs nltk, emoji and syllapy beside this package. NLTK's models are a download, so both sides get our sentences and
our list of stop words; the tokens within a sentence are NLTK's for them and ours for us, and are compared first. Every
type is tried on the authors' sample replies and on three mutations of each. `words:start_verb`, which needs NLTK's
tagger, is left out.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pytest_evalscope.scorers.instructions.ifbench.english import STOP_WORDS
from pytest_evalscope.scorers.instructions.ifbench.table import IFBENCH
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.words import tokens

PIECES = ("a),", "yes", "level", "racecar", "Emma", "7,", "14, 21, 28, 35, 42, 49", "1800-05-05,", "she/her", "犬")


def load_theirs(package: Path, folder: Path) -> Any:
    """Return EvalScope's registry of checkers, on NLTK without its downloads."""
    nltk: Any = importlib.import_module("nltk")
    destructive: Any = importlib.import_module("nltk.tokenize.destructive")
    for name in ("instructions", "instructions_registry", "instructions_util"):
        text = (package / f"benchmarks/ifbench/{name}.py").read_text("utf-8")
        text = text.replace("from evalscope.utils.resource_utils import check_nltk_data", "check_nltk_data = print")
        text = text.replace("check_nltk_data('", "str('").replace("from . import", "import")
        (folder / f"{name}.py").write_text(text, "utf-8")
    sys.path.insert(0, str(folder))
    tokenizer = destructive.NLTKWordTokenizer()
    nltk.word_tokenize = lambda text: [token for part in sentences(text) for token in tokenizer.tokenize(part)]
    nltk.corpus.stopwords = SimpleNamespace(words=lambda language: list(STOP_WORDS))
    importlib.import_module("instructions_util").split_into_sentences = sentences  # type: ignore[attr-defined]  # theirs
    return importlib.import_module("instructions_registry").INSTRUCTION_DICT, nltk.word_tokenize


def mutated(text: str, chance: random.Random) -> str:
    """Return a text that follows other instructions than `text` does."""
    lines, words = text.split("\n"), text.split()
    changes: list[Callable[[], str]] = [
        lambda: "\n".join(chance.sample(lines, len(lines))),
        lambda: text[: chance.randrange(1, len(text) + 1)],
        lambda: "\n".join(words[:80]),
        text.title,
        lambda: text.replace(".", chance.choice(["?", "!", " 😀.", ". 😀"])),
        lambda: "\n".join(" " * indent + line for indent, line in enumerate(lines)),
        lambda: "* " + "\n* ".join(lines),
        lambda: "".join(words),
        lambda: text.replace(" ", chance.choice(['" ', "' ", " ('", " [{ "]), chance.randrange(9)),
        lambda: " ".join(sorted(words)),
        lambda: text[:60],
        lambda: " ".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 30))),
    ]
    return chance.choice(changes)()


def arguments_of(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return type → the arguments that the data has for it."""
    found = defaultdict(list)
    for row in rows:
        for name, given in zip(row["instruction_id_list"], row["kwargs"], strict=True):
            plain = {key: int(value) if isinstance(value, float) else value for key, value in given.items()}
            found[name].append({key: value for key, value in plain.items() if value is not None})
    return found


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def main() -> None:
    """Print how many tokens and verdicts were compared, and the types with two verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evalscope", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    checkers, word_tokenize = load_theirs(args.evalscope, folder)
    shutil.rmtree(folder)
    home = args.data_dir / "allenai/IFBench_test"
    replies = [row["response"] for row in read(home / "replies/sample_output.jsonl") if row["response"].strip()]
    given = arguments_of(read(home / "default/train.jsonl"))
    print(f"tokens: {sum(word_tokenize(text) == tokens(text) for text in replies)} of {len(replies)} replies the same")
    chance = random.Random(0)
    texts = [text for text in [*replies, *(mutated(text, chance) for text in replies * 3)] if text.strip()]
    compared, differ, broken = 0, Counter[str](), Counter[str]()
    for name, check in IFBENCH.items():
        for text in texts if name != "words:start_verb" else ():
            arguments = chance.choice(given[name])
            theirs = checkers[name](name)
            theirs.build_description(**arguments)
            try:
                verdict = bool(theirs.check_following(text))
            except (IndexError, ValueError):
                verdict, broken[name] = False, broken[name] + 1
            compared += 1
            differ[name] += verdict != check(text, **arguments)
    print(
        f"verdicts: {compared}, of which differ {sum(differ.values())}; theirs broke off {sum(broken.values())} times"
    )
    for name, count in differ.most_common():
        if count:
            print(f"  {name}: {count}")


if __name__ == "__main__":
    main()
