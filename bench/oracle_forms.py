"""The right reply to a sample in other forms than its target's own spelling: `bench/oracle.py --form NAME`.

Three forms for each kind of answer: `markup`, `json` and `sentence`, the last one in the language of the sample. What
is compared with the target character by character (a text that is recalled, a translation, what a judge reads) has
none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Sample

if TYPE_CHECKING:
    from bench.corpus.languages import LANGUAGES
else:
    from corpus.languages import LANGUAGES

FORMS = ("markup", "json", "sentence")
Spellings = tuple[str, str, str]
"""An answer as it is written in each of the forms."""

_BY_CODE = {language.code: language for language in LANGUAGES}
_TAG = re.compile(r"<(/?)(\w+)>")


def in_form(benchmark: Benchmark, sample: Sample, target: str, form: str) -> str | None:
    """Return a right reply in a form; None where the scorer compares texts as they are."""
    name = type(benchmark.score).__name__
    place = FORMS.index(form)
    if name in WHOLE:
        return WHOLE[name](target)[place]
    if name not in SPELLED:
        return None
    spelled = SPELLED[name](sample, target)[place]
    language = _BY_CODE.get(sample.language, _BY_CODE["en"])
    if form == "json":
        return f"It follows.\n\n```json\n{spelled}\n```"
    if form == "markup":
        return f"It follows.\n\n**{language.states[0]}**".replace("@x", spelled)
    return f"It follows.\n{language.states[-1]}".replace("@x", spelled)


def _answer(value: object) -> str:
    return json.dumps({"reason": "It follows.", "answer": value}, ensure_ascii=False)


def _letters(sample: Sample, target: str) -> Spellings:
    labels = target.split(",")
    texts = [sample.choices[ord(label) - 65].split("\n")[0] for label in labels] if sample.choices else []
    if len(labels) > 1 or not texts or label_of(ord(labels[0]) - 65) != labels[0]:
        return " and ".join(f"({label})" for label in labels), _answer(labels), ", ".join(labels)
    return f"({target})", _answer(target), f"{target}. {texts[0]}"


def _number(sample: Sample, target: str) -> Spellings:
    value = Fraction(target.replace(",", "").strip().rstrip("%"))
    if value.denominator > 1:
        written = target.strip().rstrip("%")
        return (
            f"{written}%",
            _answer(f"{value.numerator}/{value.denominator}"),
            rf"$\frac{{{value.numerator}}}{{{value.denominator}}}$",
        )
    whole = value.numerator
    return f"{whole:,}".replace(",", r"\,"), _answer(float(whole) if abs(whole) < 1 << 50 else whole), f"${whole}$"


def _expression(sample: Sample, target: str) -> Spellings:
    plain = target.replace(r"\frac", r"\dfrac")
    spaced = re.sub(r"([=<>])", r" \1 ", plain)
    return rf"$\displaystyle {plain}$", _answer(f"${target}$"), rf"$\boxed{{ {spaced} }}$"


def _word(sample: Sample, target: str) -> Spellings:
    return f"“{target}”", _answer(target.capitalize()), target.upper()


def _text(sample: Sample, target: str) -> Spellings:
    return f"“{target}”", _answer(target), f"{target}"


def _spans(sample: Sample, target: str) -> Spellings:
    answers = sample.metadata.get("answers") or [[target]]
    several = list(answers[0])
    if len(several) == 1:
        return f"“{several[0]}”", _answer(several[0]), several[0]
    return "; ".join(several), _answer(several), " and ".join((", ".join(several[:-1]), several[-1]))


def _bbh(sample: Sample, target: str) -> Spellings:
    return f"{target}", _answer(target), f'"{target}"'


SPELLED: dict[str, Callable[[Sample, str], Spellings]] = {
    "choice": _letters, "all_of": _letters, "number": _number, "_FirstError": _number, "math": _expression,
    "label": _word, "_YesNo": _word, "_Hallucinated": _word, "includes": _text, "found": _text, "spans": _spans,
    "_Answer": _bbh,
}  # fmt: skip
"""Scorer → the answer in each form, to be stated."""


def _programs(target: str) -> Spellings:
    return (
        f"Here it is:\n\n~~~~python\n{target}\n~~~~\n\nIt is tested below:\n\n```bash\npython it.py\n```",
        f"1. We write it.\n\n   ```python\n{_indented(target)}\n   ```\n2. Done.",
        f"<think>Let me see.</think>\n```python title=\"it.py\"\n{target}\n```",
    )  # fmt: skip


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" if line else line for line in text.split("\n"))


def _json(target: str) -> Spellings:
    value = json.loads(target)
    return (
        f"```json\n{json.dumps(value, indent=2)}\n```",
        json.dumps(value, separators=(",", ":")),
        f"So it is {target}",
    )


def _table(target: str) -> Spellings:
    return _json(json.dumps({"reasoning": "It follows.", "solution": json.loads(target)}))


def _ratings(target: str) -> Spellings:
    pairs: Mapping[str, str] = dict(line.split(": ", 1) for line in target.splitlines())
    return (
        "\n".join(f"- **{name}**: {rating}/10" for name, rating in pairs.items()),
        json.dumps({name: float(rating) for name, rating in pairs.items()}),
        "".join(f"{name.lower()}: {rating}\n\n" for name, rating in pairs.items()),
    )


def _tagged(target: str) -> Spellings:
    numbered = _TAG.sub(lambda tag: tag[0] if tag[1] else f'<{tag[2]} id="1">', target)
    return f"```xml\n{target}\n```", f"<response>{numbered}</response>", _TAG.sub(lambda tag: tag[0].upper(), target)


def _alone(target: str) -> Spellings:
    return f"**{target}**", f"“{target}”", f"{target}."


WHOLE: dict[str, Callable[[str], Spellings]] = {
    "code": _programs, "_Table": _table, "_Grid": _json, "_Ratings": _ratings, "entities": _tagged, "exact": _alone,
}  # fmt: skip
"""Scorer → the whole reply in each form."""
