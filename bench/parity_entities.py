"""Compare the entities that EvalScope reads out of a tagged reply with ours, and print a table.

    python bench/parity_entities.py --evalscope SITE_PACKAGES/evalscope --data-dir DIR

Replies are made from the right answers of WNUT 2017's first 200 texts with an entity, seeded. EvalScope's file
`utils/ner.py` is loaded by itself; its tags are turned into entities by `seqeval`, as its adapter does.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Hub, Source
from pytest_evalscope.text import entity_spans
from pytest_evalscope.types import Sample


def cut(text: str, chance: random.Random) -> str:
    """Return the beginning of a reply, as one that is cut off by its length."""
    return text[: chance.randrange(10, len(text))]


def with_another_word(text: str, chance: random.Random) -> str:
    """Return a reply with one of its words changed."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if word.isalpha()]
    if places:
        words[chance.choice(places)] = "changed"
    return " ".join(words)


def only_the_list(text: str, chance: random.Random) -> str:
    """Return the entities without their text, one to a line."""
    return "\n".join(re.findall(r"<(?!response)\w+>[^<]*</\w+>", text)) or "none"


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "right": lambda text, _: text,
    "right, without the wrapper": lambda text, _: text.removeprefix("<response>").removesuffix("</response>"),
    "right, prose above": lambda text, _: f"Here is the text with its entities:\n\n{text}",
    "right, no space before punctuation": lambda text, _: re.sub(r" ([.,!?])", r"\1", text),
    "right, closed under another name": lambda text, _: re.sub(r"</(?!response)\w+>", "</person>", text),
    "right, as a list": only_the_list,
    "one word changed": with_another_word,
    "two types taken for a third": lambda text, _: re.sub(r"<(/?)(?:location|person)>", r"<\1group>", text),
    "one entity made up": lambda text, _: text.replace("</response>", " <person>Zaphod Quux</person></response>"),
    "cut off": cut,
}


def load_theirs(package: Path) -> Any:
    """Return EvalScope's module of entities without the package around it, whose import takes seconds."""
    names = {"evalscope": ModuleType("evalscope"), "evalscope.utils": ModuleType("evalscope.utils")}
    logger: Any = SimpleNamespace(get_logger=lambda: logging.getLogger("evalscope"))
    sys.modules.update(names, **{"evalscope.utils.logger": logger})
    spec = importlib.util.spec_from_file_location("theirs", package / "utils/ner.py")
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    return theirs


def main() -> None:
    """Print one line per kind of reply."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evalscope", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    args = parser.parse_args()
    from seqeval.metrics.sequence_labeling import get_entities

    theirs = load_theirs(args.evalscope)
    benchmark: Any = replace(load("wnut2017"), data=Hub("leondz/wnut_17", config="wnut_17"))
    types = benchmark.score.types
    source = Source(data_dir=args.data_dir, offline=True)
    samples: list[Sample] = [item for item in benchmark.samples("wnut_17", source) if item.metadata["entities"]][:200]
    chance = random.Random(1)
    print(f"{'reply':36} {'same':>9} {'F1 ours':>8} {'theirs':>8}")
    for kind, made in KINDS.items():
        same, counts = 0, Counter[str]()
        for sample in samples:
            reply, tokens = made(str(sample.target), chance), sample.metadata["tokens"]
            wanted = set(sample.metadata["entities"])
            ours = set(entity_spans(reply, tokens, types))
            tags = theirs.xml_to_bio_tags(theirs.clean_prediction(reply), tokens, {name: name for name in types})
            other = {(name, start, end + 1) for name, start, end in get_entities(tags)}
            same += ours == other
            for name, found in (("ours", ours), ("theirs", other)):
                counts[f"{name} right"] += 2 * len(found & wanted)
                counts[f"{name} all"] += len(found) + len(wanted)
        f1 = {name: counts[f"{name} right"] / counts[f"{name} all"] for name in ("ours", "theirs")}
        print(f"{kind:36} {same:3} of {len(samples)} {f1['ours']:8.3f} {f1['theirs']:8.3f}")


if __name__ == "__main__":
    main()
