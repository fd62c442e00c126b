"""Models and judges of the stored runs: they know a few answers, and follow a rule where there is no right one.

The models run in `make.py` alone: whatever reads the stored runs needs only their names.
"""

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pytest_evalscope import Completion
from pytest_evalscope.errors import ContentFiltered, ModelTimeout

KNOWN = {
    "capital of Germany": "Berlin",
    "symbol for gold": "It is Au.",
    'wrote "Romeo and Juliet"': "Shakespeare",
    "largest planet": "Saturn",
    "Mia has 5 stickers": "5 + 3 = 8. The answer is 8.",
    "Nina is 8 years old": "8 + 5 = 13. The answer is 13.",
    "A car has 4 wheels": "The answer is 8.",
    "city of Madrid": "Spain",
    "H2O commonly called": "C) Water",
    "largest mammal": "D) Elephant",
    "famous for its rings": "Saturn",
    "capital of France": "Paris",
    "capital of Peru": "Lima",
}
FLEETING = {"9 ducks on a pond": "9 - 4 = 5. The answer is 5."}
"""What is known at every second request only, so that repeats differ."""
BLOCK = re.compile(r"\[[0-9a-f]{24} ([A-Z ]+?) begins\]\n(.*?)\n\[[0-9a-f]{24} \1 ends\]", re.DOTALL)
_seen: Counter[str] = Counter()


def informed(prompt: str) -> str:
    """Return the known answer; nothing that could be right by chance otherwise."""
    if "KILLED" in os.environ:
        _die_in_the_middle()
    _seen[prompt] += 1
    known = KNOWN if _seen[prompt] % 2 == 0 else {**KNOWN, **FLEETING}
    return next((said for asked, said in known.items() if asked in prompt), "I do not know.")


def _die_in_the_middle() -> None:
    """End this process as `kill -9` does, at the eighth request, once records of the second benchmark are on disk."""
    while sum(_seen.values()) == 7:
        if any(path.stat().st_size for path in Path("made").glob("*/reviews/*/smoke_arithmetic/*.jsonl")):
            os._exit(9)
        time.sleep(0.1)


def unreliable(prompt: str) -> Completion | str:
    """Fail in the way that the prompt names; the prompts of smoke_facts name none, and two of them fail."""
    if "(model_error)" in prompt or "gold" in prompt:
        raise ValueError("the service is down")
    if "(timeout)" in prompt or "largest planet" in prompt:
        raise ModelTimeout("scripted: no whole reply within 1 second")
    if "(filtered)" in prompt:
        raise ContentFiltered("scripted: the content filter withheld the reply")
    if "(truncated)" in prompt:
        return Completion(text="yes, and", finish_reason="length")
    if "(no_answer)" in prompt:
        return ""
    return "no" if "(wrong)" in prompt else "yes" if "Say yes" in prompt else informed(prompt)


def old(prompt: str) -> str:
    """Return one word."""
    return "short"


def mid(prompt: str) -> str:
    """Return one word where the prompt contains a 1, more otherwise."""
    return "short" if "1" in prompt else "a longer one"


def new(prompt: str) -> str:
    """Return the longest text of the three."""
    return f"a much longer text about {prompt}"


def longer(messages: list[dict[str, str]]) -> str:
    """Judge a pair by the length of the completions."""
    blocks = dict(BLOCK.findall(messages[-1]["content"]))
    first, second = len(blocks["ANSWER A"]), len(blocks["ANSWER B"])
    return json.dumps({"reason": "by length", "verdict": "A" if first > second else "B" if second > first else "tie"})


def strict(messages: list[dict[str, str]]) -> str:
    """Judge one completion: it is the reference, word for word."""
    return _judged(messages, lambda answer, reference: answer == reference, low=2)


def lenient(messages: list[dict[str, str]]) -> str:
    """Judge one completion: it contains the reference."""
    return _judged(messages, lambda answer, reference: reference in answer, low=5)


def _judged(messages: list[dict[str, str]], right: Callable[[str, str], bool], *, low: int) -> str:
    blocks: dict[str, str] = dict(BLOCK.findall(messages[-1]["content"]))
    good = right(blocks["ANSWER"], blocks.get("REFERENCE", blocks.get("CRITERION", "")))
    if "CRITERION" in blocks:
        verdict: str | int = "MET" if good else "NOT_MET"
    elif "REFERENCE" in blocks:
        verdict = "CORRECT" if good else "INCORRECT"
    else:
        verdict = low + len(blocks["ANSWER"]) % 4
    return json.dumps({"reason": "by its text", "verdict": verdict})
