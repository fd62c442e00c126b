"""Letters in many writings and languages: chosen, rejected, left open, several."""

import pytest

from pytest_evalscope.text import read_choice

PLANETS = ("Mercury", "Venus", "Earth", "Mars")
AMOUNTS = ("12 km", "15 km", "18 km", "21 km")
CLAUSES = ("It grows", "It is a fish", "I cannot be known", "A and B differ")
TEN = ("red", "orange", "yellow", "green", "blue", "indigo", "violet", "white", "black", "grey")


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("The answer is most certainly B, and not D.", "B"), ("I'm going with B.", "B"),
        ("My final answer: B", "B"), ("Final answer → B", "B"), ("Correct option: B", "B"),
        ("The right choice here is B.", "B"), ("The correct answer to this question is B.", "B"),
        ("So the answer must surely be B.", "B"), ("After weighing everything, B is the best answer.", "B"),
        ("B would be the correct choice.", "B"), ("B seems right.", "B"), ("I'd pick B over D.", "B"),
        ("I would select (B) Venus.", "B"), ("The answer can only be B; D is excluded.", "B"),
        ("Answer is B", "B"), ("ans: B", "B"), ("Ans. B", "B"), ("D is incorrect, whereas B is correct.", "B"),
        ("It cannot be D, so it is B.", "B"), ("It can't be D. It must be B.", "B"),
        ("Since D is wrong, the answer is B.", "B"), ("The answer is B (D is a distractor).", "B"),
        ("Not D but B.", "B"), ("D? No. B.", "B"), ("The answer is B, since A, C and D are wrong.", "B"),
        ("ANSWER: B. A, C and D are wrong.", "B"), ("The correct answer is not A, C or D. It is B.", "B"),
        ("A, C and D are all wrong; B is right.", "B"), ("Answer: **B. Venus**", "B"),
        ("**Answer**: **(B)**", "B"), ("__Answer:__ B", "B"), ("> Answer: B", "B"), ("- Answer: B", "B"),
        ("1. Answer: B", "B"), ("Answer: <B>", "B"), ("Answer: {B}", "B"), ("[[B]]", "B"), ("<<B>>", "B"),
        ("The correct answer is **B) Venus**, not D) Mars.", "B"), ("Therefore, the answer is:\n\n**B**", "B"),
        ("Therefore, the correct answer is\n\n$$\\boxed{B}$$", "B"),
        ("The final answer is $\\boxed{\\textbf{(B)}}$", "B"), ("\\[\\boxed{\\mathrm{B}}\\]", "B"),
        ("$\\boxed{B}$: Venus", "B"), ("\\boxed{B) Venus}", "B"), ("\\boxed{\\text{B. Venus}}", "B"),
        ("\\boxed{\\text{(B) Venus}}", "B"), ("Answer: B\n\nExplanation: A is hot. C is home. D is red.", "B"),
        ("B\n\nA is hot. C is home. D is red.", "B"), ("b\n", "B"), ("option (b)", "B"), ("Option b) Venus", "B"),
        ("Choice B", "B"), ("letter B", "B"), ("The letter is B.", "B"), ("{\"final_answer\": \"B\"}", "B"),
        ("{\"Answer\": \"B\"}", "B"), ("{\"answer\": \"B) Venus\"}", "B"),
        ("{\"answer\": \"Venus\", \"letter\": \"B\"}", "B"),
        ("{\"correct_option\": \"B\", \"confidence\": 0.9}", "B"),
        ("```\n{\"answer\": \"B\"}\n```\nI hope A helps.", "B"),
        ("{\"choice\": \"B\", \"why\": \"the answer is not D\"}", "B"),
        ("Here: {\"answer\": \"B\"} and D is not.", "B"), ("answer = \"B\"", "B"), ("<answer>\nB\n</answer>", "B"),
        ("<answer>B. Venus</answer>", "B"), ("<final_answer>B</final_answer>", "B"), ("<ANSWER>B</ANSWER>", "B"),
        ("<choice>b</choice>", "B"), ("## Answer\n\nThe correct option is B.", "B"), ("#### B", "B"),
        ("### Final Answer: **B**", "B"), ("# Answer\n- B", "B"), ("**Final Answer:**\n\nB) Venus", "B"),
        ("The answer is option (B): Venus.", "B"), ("Answer: option b", "B"),
        ("Answer: The correct option is B.", "B"), ("The answer is that B is correct.", "B"),
        ("I think the answer's B.", "B"), ("B, because A is too hot.", "B"), ("B - A is too hot.", "B"),
        ("(B) because A is hot", "B"), ("B is the answer because A is hot.", "B"),
        ("Statement B is correct.", "B"), ("Only B is correct.", "B"), ("The one that fits is B.", "B"),
        ("That leaves B.", "B"), ("This leaves us with B.", "B"), ("We are left with B.", "B"),
        ("By elimination, B.", "B"), ("So B.", "B"), ("Thus option B", "B"), ("It should be B.", "B"),
        ("It is (b).", "B"), ("it's b.", "B"), ("I choose b.", "B"),
        ("So: A) Mercury is too hot. B) Venus fits. C) Earth no. D) Mars no. So B) Venus is the answer.", "B"),
        ("A: too hot\nB: fits\nC: no\nD: no\n\nAnswer: B", "B"),
        ("The answer is B? Let me check. Yes, the answer is B.", "B"),
        ("The answer is not A. The answer is not C. The answer is B.", "B"),
        ("The answer is B. Here is why the answer is not A: it is hot.", "B"),
        ("The answer is B. If it were larger, the answer would not be B.", "B"), ("ANSWER: B (Venus)", "B"),
        ("ANSWER: Venus (B)", "B"), ("The answer is Venus, option B.", "B"),
        ("The answer is Venus (option B), rather than Mars (option D).", "B"), ("ANSWER: B!", "B"),
        ("ANSWER: B\n\nLet me know if you need A more detailed one.", "B"), ("The answer could be B or D.", None),
        ("The answer is A, B or C.", None), ("ANSWER: B or D", None), ("The answer is none of these.", None),
        ("The answer is not listed.", None), ("ANSWER: N/A", None), ("ANSWER: E", None), ("I choose E.", None),
        ("The answer is F because B is wrong.", None),
        ("The correct answer is not among the options A, B, C and D.", None),
        ("Neither B nor D is correct.", None), ("It's neither B nor D.", None), ("B is not correct.", None),
        ("I would not choose B.", None), ("Don't pick B.", None), ("B isn't the answer.", None),
        ("B cannot be the answer.", None), ("The answer isn't B.", None), ("Is it B or D? I do not know.", None),
        ("Answer: both B and D could be right, I can't say.", None), ("Answer: unknown. Maybe B.", None),
        ("As an AI, I have no opinion. A good answer needs context.", None), ("I can't help with that.", None),
        ("ANSWER:", None), ("ANSWER: A or maybe C", None), ("Whether A or C is right is unclear.", None),
        ("ANSWER: either B or D", None), ("The answer is between B and D.", None), ("Vitamin B is healthy.", None),
        ("Hepatitis B and vitamin C.", None), ("Plan B", None), ("{\"answer\": null}", None),
        ("{\"answer\": \"E\"}", None), ("{\"answer\": \"\"}", None), ("<answer></answer>", None),
        ("ANSWER: A, C", "A,C"), ("ANSWER: A & C", "A,C"), ("The answers are A and C.", "A,C"),
        ("Both A and C are correct.", "A,C"), ("A and C", "A,C"), ("A, C", "A,C"), ("AC", "A,C"), ("A C", "A,C"),
        ("(A), (C)", "A,C"), ("ANSWER: (A)(C)", "A,C"), ("Answer: A) Mercury and C) Earth", "A,C"),
        ("Answer:\nA) Mercury\nC) Earth", "A,C"), ("The correct options are:\n- A\n- C", "A,C"),
        ("The correct answers are A) Mercury, B) Venus and D) Mars.", "A,B,D"), ("答案：ABD", "A,B,D"),
        ("答案是A、B、D。", "A,B,D"), ("故选ABD。", "A,B,D"), ("选AC", "A,C"), ("正确答案是A和C", "A,C"),
        ("答案：A，C", "A,C"), ("AとCが正解です。", "A,C"), ("정답은 A와 C입니다.", "A,C"),
        ("Antwort: A und C", "A,C"), ("La respuesta es A y C.", "A,C"), ("{\"answer\": \"A, C\"}", "A,C"),
        ("{\"answer\": [\"A\",\"C\"]}", "A,C"), ("\\boxed{A,C}", "A,C"), ("\\boxed{A} and \\boxed{C}", "A,C"),
        ("ANSWER: A; C; D", "A,C,D"), ("ANSWER: A, C, not D", "A,C"), ("A and C are correct, B is wrong.", "A,C"),
        ("La bonne réponse est donc B.", "B"), ("La réponse est la B.", "B"),
        ("La respuesta correcta es la B.", "B"), ("La opción correcta es B.", "B"),
        ("B es la respuesta correcta.", "B"), ("B es correcta.", "B"), ("La respuesta es la opción B.", "B"),
        ("A alternativa correta é B.", "B"), ("B é a resposta correta.", "B"), ("A resposta é a letra B.", "B"),
        ("La risposta esatta è la B.", "B"), ("B è la risposta corretta.", "B"), ("B ist richtig.", "B"),
        ("B ist die richtige Antwort.", "B"), ("Richtig ist B.", "B"), ("Die Lösung ist B.", "B"),
        ("Die Antwort ist also B, nicht D.", "B"), ("Antwort B", "B"), ("B est la bonne réponse.", "B"),
        ("C'est B.", "B"), ("Je choisis B.", "B"), ("Правильный вариант — B.", "B"), ("Правильный ответ: В", "B"),
        ("Ответ: Б", None), ("B — правильный ответ.", "B"), ("Я выбираю B.", "B"),
        ("Верный ответ - B, а не D.", "B"), ("الجواب الصحيح هو ب", "B"), ("الإجابة هي (ج).", "C"),
        ("B هي الإجابة الصحيحة.", "B"), ("सही विकल्प B है।", "B"), ("उत्तर: (ख)", "B"), ("B सही उत्तर है।", "B"),
        ("সঠিক উত্তর: খ", "B"), ("B হল সঠিক উত্তর।", "B"), ("คำตอบคือ ข", "B"), ("คำตอบที่ถูกต้องคือข้อ B", "B"),
        ("ตอบ B", "B"), ("ข้อ B ถูกต้อง", "B"), ("Jibu ni B, si D.", "B"), ("B ndilo jibu sahihi.", "B"),
        ("Đáp án là B, không phải D.", "B"), ("Chọn B.", "B"), ("B là đáp án đúng.", "B"), ("Jawabannya B.", "B"),
        ("Jawaban: B, bukan D.", "B"), ("Jadi, jawabannya adalah opsi B.", "B"),
        ("B adalah jawaban yang benar.", "B"), ("సరైన సమాధానం: B", "B"), ("B సరైన సమాధానం.", "B"),
        ("答え：Bです", "B"), ("正解はBだと思います。", "B"), ("Bが答えです。", "B"), ("答えはBとなります。", "B"),
        ("最も適切なのはBです。", "B"), ("Bを選びます。", "B"), ("Dは誤りなので、Bです。", "B"),
        ("정답은 B번이다.", "B"), ("B번이 정답입니다.", "B"), ("답은 B다.", "B"), ("정답은 (B) Venus입니다.", "B"),
        ("所以本题的正确答案是B选项。", "B"), ("答案应该是B。", "B"), ("正确答案选B。", "B"), ("因此选B项。", "B"),
        ("B选项正确。", "B"), ("选项B正确，选项D错误。", "B"), ("应该选B而不是D。", "B"), ("不选D，选B。", "B"),
        ("本题答案为B", "B"), ("综上，B正确。", "B"), ("故本题选B。", "B"), ("故正确答案为B、Venus。", "B"),
        ("正确答案：B. Venus", "B"), ("答案:B", "B"), ("答案 B", "B"), ("【正确答案】B", "B"),
        ("**答案：B**", "B"), ("所以选择B选项。", "B"), ("B", "B"), ("答案：不确定", None), ("A或C", None),
        ("答案是A或C。", None),
    ],
)  # fmt: skip
def test_the_planet_that_a_reply_chooses(reply, chosen):
    assert read_choice(reply, "ABCD", PLANETS).answer == chosen


@pytest.mark.parametrize(
    ("options", "reply", "chosen"),
    [
        (AMOUNTS, "ANSWER: C. 18 km", "C"), (AMOUNTS, "C. 18 km", "C"), (AMOUNTS, "The answer is 18 km", None),
        (AMOUNTS, "C) 18 km is right; A) 12 km is too small.", "C"),
        (AMOUNTS, "Because 12 km < 15 km, the answer is C) 18 km.", "C"), (CLAUSES, "D) A and B differ", "D"),
        (CLAUSES, "ANSWER: D) A and B differ", "D"), (CLAUSES, "D: A and B differ", "D"),
        (CLAUSES, "ANSWER: C) I cannot be known", "C"), (CLAUSES, "The answer is A. It grows.", "A"),
        (CLAUSES, "A", "A"), (CLAUSES, "I think it is A because it grows.", "A"), (TEN, "The answer is I.", "I"),
        (TEN, "I", "I"), (TEN, "(I)", "I"), (TEN, "I) black", "I"), (TEN, "I think the answer is E.", "E"),
        (TEN, "I believe E is correct.", "E"), (TEN, "ANSWER: I, because black fits", "I"),
        (TEN, "I am sure it is J.", "J"), (TEN, "I'd pick J", "J"), (TEN, "I have no answer.", None),
        (TEN, "A colour like I mean it.", None), (TEN, "So I say.", None), (TEN, "Answer: I", "I"),
        (TEN, "The correct option is I", "I"), (TEN, "I is correct.", "I"),
        (AMOUNTS, "A. 12 km\nB. 15 km\nC. 18 km\nD. 21 km", None),
        (AMOUNTS, "A) 12 km\nB) 15 km\nC) 18 km\nD) 21 km\n\nC", "C"),
        (AMOUNTS, "A) 12 km\nB) 15 km\nC) 18 km\nD) 21 km\n\nANSWER: B", "B"),
        (AMOUNTS, "Options:\nA) 12 km\nB) 15 km\nC) 18 km\nD) 21 km\nI think C) 18 km is the best.", "C"),
        (AMOUNTS, "Step 1: compute.\nAnswer: 6 * 3 = 18 km\nSo the answer is C.", "C"),
        (AMOUNTS, "**C**: 18 km", "C"), (AMOUNTS, "**C. 18 km**\n\nWe add A and B parts.", "C"),
        (AMOUNTS, "Answer: C\n\nA is 12 km, B is 15 km, D is 21 km.", "C"),
        (AMOUNTS, "The answer is C (not A, B, or D).", "C"),
        (AMOUNTS, "The answer is C, as A, B and D are too small.", "C"), (AMOUNTS, "C, not A or B.", "C"),
        (AMOUNTS, "I rule out A, B and D, so C.", "C"), (AMOUNTS, "A, B, and D can be excluded. C remains.", "C"),
        (AMOUNTS, "Eliminate A. Eliminate B. Eliminate D. Hence C.", "C"), (AMOUNTS, "Answer: C;", "C"),
        (AMOUNTS, "ANSWER: C -", "C"), (AMOUNTS, "ANSWER C", "C"), (AMOUNTS, "The answer: C", "C"),
        (AMOUNTS, "Answer (C)", "C"), (AMOUNTS, "[ANSWER] C", "C"), (AMOUNTS, "ANSWER: [C] 18 km", "C"),
        (AMOUNTS, "My choice is C.", "C"), (AMOUNTS, "Choose C", "C"), (AMOUNTS, "Go with C.", "C"),
        (AMOUNTS, "Selected: C", "C"), (AMOUNTS, "Solution: C", "C"), (AMOUNTS, "The correct one is C.", "C"),
        (AMOUNTS, "Correct: C", "C"), (AMOUNTS, "Result: C", "C"), (AMOUNTS, "Antwort: c)", "C"),
        (AMOUNTS, "Richtige Antwort: C, weil A falsch ist.", "C"),
        (AMOUNTS, "La réponse n'est pas A, c'est C.", "C"), (AMOUNTS, "La respuesta no es A, sino C.", "C"),
        (AMOUNTS, "Ответ не A, а C.", "C"), (AMOUNTS, "A resposta não é A, mas sim C.", "C"),
        (AMOUNTS, "La risposta non è A ma C.", "C"), (AMOUNTS, "Die Antwort ist nicht A, sondern C.", "C"),
        (AMOUNTS, "Jawabannya bukan A, melainkan C.", "C"), (AMOUNTS, "Đáp án không phải là A mà là C.", "C"),
        (AMOUNTS, "答案不是A，而是C。", "C"), (AMOUNTS, "答えはAではなくCです。", "C"),
        (AMOUNTS, "정답은 A가 아니라 C입니다.", "C"), (AMOUNTS, "Die Antwort ist A oder C.", None),
        (AMOUNTS, "La réponse est A ou C.", None), (AMOUNTS, "La respuesta es A o C.", None),
        (AMOUNTS, "答えはAまたはCです。", None), (AMOUNTS, "정답은 A 또는 C입니다.", None),
        (AMOUNTS, "Ответ: A или C", None), (AMOUNTS, "Die Antwort ist nicht C.", None),
        (AMOUNTS, "La réponse n'est pas C.", None), (AMOUNTS, "La respuesta no es C.", None),
        (AMOUNTS, "答えはCではありません。", None), (AMOUNTS, "정답은 C가 아닙니다.", None),
        (AMOUNTS, "Ответ не C.", None), (AMOUNTS, "C ist falsch.", None), (AMOUNTS, "C是错误的。", None),
    ],
)  # fmt: skip
def test_the_option_that_a_reply_chooses_where_its_text_is_known(options, reply, chosen):
    assert read_choice(reply, "ABCDEFGHIJ"[: len(options)], options).answer == chosen


@pytest.mark.parametrize(
    ("language", "letters", "reply"),
    [
        ("ar", "أبجد", "الإجابة: @"), ("ar", "أبجد", "@"), ("bn", "অবডঢ", "উত্তর: @"), ("bn", "কখগঘ", "সঠিক উত্তর হল @।"),
        ("hi", "कखगघ", "उत्तर: (@)"), ("th", "กขคง", "คำตอบคือ @"),
        ("ja", "アイウエ", "答えは@です。"), ("ko", "가나다라", "정답: @"),
        ("zh", "甲乙丙丁", "答案是@。"), ("zh", "ＡＢＣＤ", "答案：@"),
        ("en", "ⒶⒷⒸⒹ", "The answer is @."), ("en", "𝐀𝐁𝐂𝐃", "Answer: @"),
        ("ru", "АВСD", "Ответ: @"),
    ],
)  # fmt: skip
def test_letters_of_other_alphabets(language, letters, reply):
    found = [read_choice(reply.replace("@", letter), "ABCD", PLANETS, language).answer for letter in letters]
    assert found == ["A", "B", "C", "D"]


@pytest.mark.parametrize("reply", ["The answer is none of the above.", "ANSWER: none of the above"])
def test_an_option_is_chosen_by_its_text_where_that_counts(reply):
    options = ("4", "5", "None of the above")
    assert read_choice(reply, "ABC", options).answer is None
    assert read_choice(reply, "ABC", options, or_text=True).answer == "C"
    assert read_choice("ANSWER: C", "ABC", options).answer == "C"
    assert read_choice("ANSWER: C) None of the above", "ABC", options).answer == "C"
