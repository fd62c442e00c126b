"""The places of a reply that may hold its answer."""

import pytest

from pytest_evalscope.text.answers.regions import Reading, Refused, Region, find, regions


def first(text, language=""):
    return next(regions(text, language))


@pytest.mark.parametrize(
    ("reply", "text", "stage", "where"),
    [
        # structures
        ('{"answer": "B", "explanation": "Unlike D, it fits."}', "B", "structured", 'the key "answer"'),
        ('{"answer": 29, "reason": "33 were lost"}', "29", "structured", 'the key "answer"'),
        ("{'answer': 'B', 'why': 'not D'}", "B", "structured", 'the key "answer"'),
        ('{"steps": [{"answer": 3}], "answer": 7}', "7", "structured", 'the key "answer"'),
        ('{"answer": 7, "steps": [{"answer": 3}]}', "7", "structured", 'the key "answer"'),
        ('{"answer": "x", "final_answer": "y"}', "y", "structured", 'the key "final_answer"'),
        ('{"答案": "B"}', "B", "structured", 'the key "答案"'),
        ('{"answer": ["Denver", "Dallas"]}', '["Denver", "Dallas"]', "structured", 'the key "answer"'),
        ('{"answer": [3, 5]}', "[3, 5]", "structured", 'the key "answer"'),
        (r'{"answer": "a \"b\" \u00e9 \frac{1}{2}"}', r'a "b" é \frac{1}{2}', "structured", 'the key "answer"'),
        ('{"why": "x", "result": "B"}', "B", "structured", 'the key "result"'),
        ('{"result": "B", "output": "C"}', '{"result": "B", "output": "C"}', "alone", "the whole completion"),
        ('{"solution": "' + "x" * 81 + '"}', '{"solution": "' + "x" * 81 + '"}', "alone", "the whole completion"),
        ("I thought of D. <answer> (B) </answer> No.", "(B)", "structured", "the tag <answer>"),
        ("<answer>B\nmore", "B", "structured", "the tag <answer>"),
        (r"It is \boxed{\frac{1}{2}}, or \fbox{3}.", "3", "structured", "the last box"),
        (r"It is -\boxed{3}", "-3", "structured", "the last box"),
        (r"It is 5-\boxed{3}", "3", "structured", "the last box"),
        ("### Answer\nB\n\n### Check\n33", "B", "structured", 'behind "Answer"'),
        ("**Answer**\n\nB", "B", "structured", 'behind "Answer"'),
        ("【答案】B", "B", "structured", 'behind "[答案]"'),
        ("**Answer:** B", "B", "structured", 'behind "Answer:"'),
        ("Answer - B", "B", "structured", 'behind "Answer -"'),
        ("Answer: - 3", "- 3", "structured", 'behind "Answer:"'),
        ("Ответ: - 3", "- 3", "structured", 'behind "Ответ:"'),
        ('{"answer": {"x": 1}}', '{"x": 1}', "structured", 'the key "answer"'),
        ("答案：B", "B", "structured", 'behind "答案:"'),
        ("so\n#### 1,234", "1,234", "structured", 'behind "####"'),
        ("Answer:\n\n**B) Venus**\n\nMars is D.", "B) Venus", "structured", 'behind "Answer:"'),
        ("The answer is\n\\[\nx = 3\n\\]\nso 4", "\\[\nx = 3\n\\]", "stated", 'behind "answer is"'),
        # sentences
        ("Answer: Tom has 5 apples.\n\nThat took 4 steps.", "Tom has 5 apples.", "structured", 'behind "Answer:"'),
        ("The answer is definitely D. A fails.", "D. A fails.", "stated", 'behind "answer is"'),
        ("The answer, I think, is D.", "D.", "stated", 'behind "answer, I think, is"'),
        ("The correct answer is **Paris**.", "Paris.", "stated", 'behind "answer is"'),
        ("The answer to question 3 is Paris", "Paris", "stated", 'behind "answer to question 3 is"'),
        ("So I think that B is the correct answer.", "B", "stated", 'before "is the correct answer"'),
        ("Dではなく、Bが正解です。", "Dではなく、B", "stated", 'before "が正解"'),
        ("B가 정답입니다.", "B", "stated", 'before "가 정답"'),
        ("The answer is not D. It is C.", "C.", "stated", 'behind "answer is"'),
        ("Die Antwort ist nicht D, sondern C.", "C.", "stated", 'behind "Antwort ist"'),
        # nothing stated
        ("The answer is not D.", "The answer is not D.", "alone", "the whole completion"),
        ("The answer is neither A nor D.", "The answer is neither A nor D.", "alone", "the whole completion"),
        ("答案不是B。", "答案不是B。", "alone", "the whole completion"),
        ("It was answered: B", "It was answered: B", "alone", "the whole completion"),
        ("<think>ANSWER: A</think>B", "B", "alone", "the whole completion"),
        ("", "", "alone", "the whole completion"),
    ],
)
def test_the_most_binding_place(reply, text, stage, where):
    region = first(reply)
    assert (region.text, region.stage, region.where) == (text, stage, where)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("答案是18。", "zh"), ("正解は18です。", "ja"), ("정답은 18입니다.", "ko"),
        ("Die richtige Antwort lautet 18.", "de"),
        ("La réponse correcte est 18.", "fr"), ("La respuesta correcta es 18.", "es"), ("Правильный ответ — 18.", "ru"),
        ("A resposta correta é 18.", "pt"), ("La risposta corretta è 18.", "it"), ("الإجابة الصحيحة هي ١٨.", "ar"),
        ("सही उत्तर 18 है।", "hi"), ("সঠিক উত্তর হল 18।", "bn"), ("సరైన సమాధానం 18.", "te"), ("คำตอบที่ถูกต้องคือ 18", "th"),
        ("Jibu sahihi ni 18.", "sw"), ("Đáp án đúng là 18.", "vi"), ("Jawaban yang benar adalah 18.", "id"),
        ("The answer is 18.", "xx"),
    ],
)  # fmt: skip
def test_a_statement_has_its_language_and_an_english_one_that_of_the_question(reply, code):
    region = first(reply, "xx")
    assert (region.text[:2], region.stage != "alone", region.language) == ("18", True, code)


def test_the_lines_below_a_statement_are_kept_apart():
    region = first("Answer:\n- Denver\n- Dallas\n")
    assert (region.text, region.rest) == ("- Denver", "- Dallas\n")


def test_the_last_statement_comes_first():
    reply = "The answer is A. Or not.\nANSWER: B\nWhy is the answer not C: it is late."
    assert [region.text for region in regions(reply)] == ["B", "A. Or not.", reply]


def test_the_search_ends_with_an_answer_or_with_a_refusal():
    reply = "The answer is A.\nANSWER: B"
    assert find(reply, lambda region: region.text) == Reading("B", 'structured, behind "ANSWER:"')
    assert find(reply, lambda region: None) == Reading(
        None, 'no answer found: what is stated is none (structured, behind "ANSWER:")'
    )
    assert find("so", lambda region: None).how == "no answer found: none is stated, and none stands alone"
    assert find("<think>B</think>\n", lambda region: None).how == "no answer found: there is no text"
    assert find(reply, lambda region: None if region.text == "B" else "A") == Reading("A", 'stated, behind "answer is"')
    refused = find(reply, lambda region: Refused(f"{region.text} is no option"))
    assert refused == Reading(None, 'B is no option (structured, behind "ANSWER:")')


@pytest.mark.parametrize(
    "piece",
    ["ANSWER: ", '{"answer":', "<answer>", "\\boxed{", "答案是", "the answer, ", "answer in ", "not ", "\n", "İ"],
)
def test_a_long_reply_of_one_piece_has_few_regions(piece):
    found = list(regions(piece * (200_000 // len(piece))))
    assert len(found) <= 200
    assert found[-1] == Region(found[-1].text, "alone", "the whole completion")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("ANSWER: > ]", "> ]"), ("ANSWER:\n> B", "B"), ("**Answer:** > )", "> )"), ("ANSWER: ) >", ") >")],
)
def test_a_sign_that_quotes_a_line_is_an_answers_behind_its_marker(text, answer):
    assert next(regions(text)).text == answer
