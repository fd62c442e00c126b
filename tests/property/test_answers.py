"""A right answer is found in any wrapping, and no rejected one beside it changes that."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.text import extract_choice

FOUR = ("A", "B", "C", "D")
LABELS = st.sampled_from(FOUR)
WRITTEN = st.sampled_from(
    ["{}", "({})", "{}.", "**{}**", "[{}]", "`{}`", '"{}"', "option {}", "Option ({})", "${}$", r"\text{{{}}}", "{})"]
)
STATED = st.sampled_from(
    [
        *("ANSWER: {}", "Answer: {}", "**Answer:** {}", "The answer is {}", "So the final answer is {}", "Answer - {}"),
        *("The correct answer must be {}", "The answer is definitely {}", "The answer, I think, is {}", "#### {}"),
        *("### Answer\n{}", "**Final Answer**\n\n{}", "Answer:\n\n{}", "<answer>{}</answer>", r"\boxed{{{}}}"),
        *("答案：{}", "正确答案是{}", "正解は{}です", "정답은 {}입니다", "Die richtige Antwort lautet {}"),
        *("La bonne réponse est {}", "La respuesta correcta es {}", "Правильный ответ — {}", "A resposta é {}"),
        *("La risposta corretta è {}", "الإجابة الصحيحة هي {}", "सही उत्तर {} है", "সঠিক উত্তর হল {}", "సరైన సమాధానం {}"),
        *("คำตอบที่ถูกต้องคือ {}", "Jibu sahihi ni {}", "Đáp án đúng là {}", "Jawaban yang benar adalah {}"),
    ]
)
SENTENCES = st.sampled_from(
    [
        "{} is the correct answer",
        "{} is correct",
        "I choose {}",
        "It is {}",
        "所以选{}",
        "{}が正解です",
        "{}가 정답입니다",
        "{}",
    ]
)
BEFORE = st.sampled_from(
    ["", "Let me think.\n", "{y} is tempting.\n", "At first I thought {y}. ", "Not {y}. ", "不是{y}。\n"]
)
BEHIND = st.sampled_from(
    [
        *(
            "",
            ".",
            "\n\n{y} is wrong.",
            "\n{y} does not fit.",
            ", not {y}.",
            " rather than {y}",
            " (not {y})",
            ". {y} fails.",
        ),
        *(
            "\n\nWhy not {y}: it is late.",
            "\n{y}项错误。",
            "\n{y}は誤りです。",
            "\n{y}는 틀렸습니다.",
            "\n{y} ist falsch.",
        ),
    ]
)


def _reply(form, label, other, written, before, behind):
    return before.format(y=other) + form.format(written.format(label)) + behind.format(y=other)


@given(STATED, LABELS, LABELS, WRITTEN, BEFORE, BEHIND)
def test_a_stated_letter_is_found_in_any_wrapping(form, label, other, written, before, behind):
    if label != other:
        reply = _reply(form, label, other, written, before, behind)
        assert extract_choice(reply, FOUR) == label, reply


@given(SENTENCES, LABELS, LABELS, BEFORE, BEHIND)
def test_a_letter_that_a_sentence_chooses_is_found(form, label, other, before, behind):
    if label != other:
        reply = _reply(form, label, other, "{}", before, behind)
        assert extract_choice(reply, FOUR) == label, reply


@given(STATED, LABELS, LABELS, st.sampled_from(["{} or {}", "either {} or {}", "neither {} nor {}", "not {}, not {}"]))
def test_a_statement_that_leaves_it_open_chooses_none(form, label, other, several):
    if label != other:
        assert extract_choice(form.format(several.format(label, other)), FOUR) is None
