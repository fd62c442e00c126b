"""PolyMath: problems of four levels in 18 languages."""

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import problem
from pytest_evalscope.data import Hub, Part, Source
from pytest_evalscope.errors import UnknownName
from pytest_evalscope.scorers import math
from pytest_evalscope.types import Row, Sample

LEVELS = ("low", "medium", "high", "top")

INSTRUCTIONS = {
    "en": "Note: Please put the final answer in the $\\boxed\\{\\}$.",
    "zh": "注意：请将最终答案放在 $\\boxed\\{\\}$ 中。",
    "ar": "ملاحظة: يُرجى وضع الإجابة النهائية في $\\boxed\\{\\}$.",
    "bn": "বিঃদ্রঃ: অনুগ্রহ করে চূড়ান্ত উত্তরটি $\\boxed\\{\\}$ এর মধ্যে রাখুন।",
    "de": "Hinweis: Bitte setzen Sie die endgültige Antwort in $\\boxed\\{\\}$.",
    "es": "Nota: Por favor, coloque la respuesta final en el $\\boxed\\{\\}$.",
    "fr": "Remarque : Veuillez mettre la réponse finale dans le $\\boxed\\{\\}$.",
    "id": "Catatan: Silakan letakkan jawaban akhir di dalam $\\boxed\\{\\}$.",
    "it": "Nota: Per favore, metti la risposta finale nel $\\boxed\\{\\}$.",
    "ja": "注意：最終的な答えを $\\boxed\\{\\}$ に入れてください。",
    "ko": "참고: 최종 답안을 $\\boxed\\{\\}$ 안에 넣어 주세요.",
    "ms": "Nota: Sila letakkan jawapan akhir dalam $\\boxed\\{\\}$.",
    "pt": "Nota: Por favor, coloque a resposta final no $\\boxed\\{\\}$.",
    "ru": "Примечание: Пожалуйста, поместите окончательный ответ в $\\boxed\\{\\}$.",
    "sw": "Kumbuka: Tafadhali weka jibu la mwisho katika $\\boxed\\{\\}$.",
    "te": "గమనిక: దయచేసి తుది జవాబును $\\boxed\\{\\}$ లో ఉంచండి.",
    "th": "หมายเหตุ: กรุณาใส่คำตอบสุดท้ายใน $\\boxed\\{\\}$.",
    "vi": "Lưu ý: Vui lòng đặt câu trả lời cuối cùng trong $\\boxed\\{\\}$.",
}
"""Language → the line below every problem, as the authors have it (QwenLM/PolyMath, instruction.py)."""


@dataclass(frozen=True, slots=True)
class _Levels:
    """A config per language and a split per level: the subsets are `en-low`, `en-medium` and so on."""

    id: str
    modelscope: str

    @property
    def subsets(self) -> tuple[str, ...]:
        """Every language with every level."""
        return tuple(f"{language}-{level}" for level in LEVELS for language in INSTRUCTIONS)

    def size(self, subset: str) -> int:
        """Return how many rows the complete subset has."""
        return 125

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of the subset; it has no few-shot part. Raises as `Hub.read`."""
        if subset not in self.subsets:
            raise UnknownName(f"subset of {self.id}", subset, self.subsets)
        language, _, level = subset.partition("-")
        yield from Hub(self.id, config=language, split=level, modelscope=self.modelscope).read(
            language, part=part, source=source
        )


def read(row: Row) -> Sample:
    """Return the problem with the line of its language below it, and its expression; the id is `high-en-1`."""
    language = row["id"].split("-")[1]
    return problem(f"{row['question']}\n{INSTRUCTIONS[language]}", str(row["answer"]).strip(), id=row["id"])


BENCHMARK = Benchmark(
    name="poly_math",
    version="2",  # how answers are read
    title="PolyMath",
    description=(
        "9,000 problems: 125 of each of four levels, from primary school to the top of competitions, in 18 languages. "
        "An index with the weights 1, 2, 4 and 8 for the levels gives the authors' difficulty-weighted accuracy."
    ),
    task_type="math",
    tags=("math", "reasoning", "multilingual"),
    languages=tuple(INSTRUCTIONS),
    paper="arXiv:2504.18428",
    licence="Apache-2.0",
    reference="EvalScope 1.14 and QwenLM/PolyMath (prompt); math-verify (equality of expressions)",
    data=_Levels("Qwen/PolyMath", "evalscope/PolyMath"),
    sample=read,
    score=math(),
    params={"temperature": 0.0},
    needs=("math",),
)
