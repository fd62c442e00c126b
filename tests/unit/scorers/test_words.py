"""Words as the whole reply or within it: right in any dress, and never for another answer."""

from typing import Any, cast

import pytest

from pytest_evalscope.scorers import exact, includes
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Sample, Score


def mark(scorer, reply, target):
    return scorer(Sample(id="s", input="?", target=target), Completion(text=reply), cast("Any", None))


def said(score):
    return score.values["accuracy"], score.answer


@pytest.mark.parametrize(
    "frame",
    [
        *("{}", "{}.", "**{}**", " {}\n", '"{}"', "{}!", "`{}`", "*{}*", "“{}”", "'{}'", "**{}**.", "‘{}’", "{}。"),
        *("{}…", "{};", "“**{}.**”", "***{}***", "«{}»", "「{}」", "_{}_", "__{}__", "# {}", "- {}", "> {}"),
        *("```\n{}\n```", "```text\n{}\n```", "\\boxed{{{}}}", "$\\text{{{}}}$", "<b>{}</b>", "\u200b{}"),
        "<think>Rome.</think>\n{}",
        *("{}<|im_end|>", "{}.<|eot_id|>\n", "{}</s>", "{}<end_of_turn><eos>", "{}<｜end▁of▁sentence｜>"),
        *("<|im_start|>assistant\n{}<|im_end|>", "{} ✅", "{}! 🎉", "**{}** ✔️"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", ["Paris", "New York", "O'Neill", "U.S.", "C++", "Ludwig van Beethoven"])
def test_what_merely_surrounds_the_whole_reply_counts_for_nothing(frame, words):
    for reply in (frame.format(words), frame.format(words.upper())):
        assert mark(exact(), reply, words).values == {"accuracy": 1}
        assert mark(exact(), reply, ("Rome", words)).values == {"accuracy": 1}
        assert mark(exact(), reply, f"{words} Roma").values == {"accuracy": 0}


@pytest.mark.parametrize("frame", ["{}", "{}.", "**{}**", '"{}"', "{}!", "$ {} $", "\\(  {} \\)", "\\boxed{{{}}}"])
@pytest.mark.parametrize("number", ["42", "-5", "1.5", ".5", "1/3", "5%", "$5", "x^2"])
def test_a_sign_a_point_and_a_unit_belong_to_a_number(frame, number):
    numbers = {"42", "-5", "5", "1.5", "15", ".5", "1/3", "13", "5%", "$5", "x^2", "x2"}
    assert {other for other in numbers if mark(exact(), frame.format(number), other).values["accuracy"]} == {number}


@pytest.mark.parametrize(
    ("reply", "target", "accuracy"),
    [
        ("Paris, Texas", "Paris", 0),
        ("Not Paris", "Paris", 0),
        ("Paris\n\nParis", "Paris", 0),
        ("[Paris]", "Paris", 0),
        ("C", "C++", 0),
        ("C++", "C", 0),
        ("- 5", "5", 0),  # it may be a sign
        ("−5", "-5", 1),
        ("5²", "52", 0),
        ("2½", "2 1/2", 1),
        ("1939–1945", "1939-1945", 1),
        ("Côte d’Ivoire", "Côte d'Ivoire", 1),
        # targets with marks of their own
        ("Yes!", "Yes!", 1),
        ("5", "5!", 0),
        ("U.S", "U.S.", 1),
        ("Paris", "Paris.", 1),
        ('"Heroes"', '"Heroes"', 1),
        ("“Heroes”", '"Heroes"', 1),
        ("Heroes", '"Heroes"', 1),
        ("5", '"5"', 0),
        ("__init__", "__init__", 1),
        ("__init__", "init", 0),
        ("init", "__init__", 0),
        ("*", "*", 1),
        ("...", "...", 1),
        ('"', '"', 1),
        ("'tis", "tis", 0),
        ("5'", "5", 0),
        ("٥", "5", 1),
        ("٥", "٥", 1),
        ("b", ("a", "B"), 1),
        ("", "", 0),
        (" \n", "x", 0),
    ],
)
def test_another_answer_is_wrong_and_marks_of_the_target_are_kept(reply, target, accuracy):
    assert mark(exact(), reply, target).values == {"accuracy": accuracy}


def test_a_form_of_ones_own_is_compared_as_it_is():
    assert mark(exact(str.strip), " B\n", "B") == Score(values={"accuracy": 1.0}, answer="B")
    for reply in ("b", "B.", "**B**", "“B”"):
        assert mark(exact(str.strip), reply, "B") == Score(values={"accuracy": 0.0}, answer=reply)
    assert mark(exact(), " \n", "x").answer is None
    assert mark(exact(), " The  ANSWER\n", "the answer") == Score(values={"accuracy": 1.0}, answer="The  ANSWER")


@pytest.mark.parametrize(
    ("reply", "target"),
    [
        ("It was Marie Curie.", "marie curie"),
        ("a cat's tail", "cat"),
        ("答案是北京市", "北京"),
        ("concat, cats, cat", "cat"),  # the third is the first that is a whole word
        ("xx x", "x"),
        ("cat北", "cat"),
        ("a Paris-based firm", "Paris"),
        ("L'Allemagne", "Allemagne"),
        ("‘Paris’", "Paris"),
        ("Trent Paris, the patent Paris", "Paris"),
        ("nothing but Paris", "Paris"),
        ("not only Paris", "Paris"),
        ("not Rome but Paris", "Paris"),
        ("Not Rome. Paris!", "Paris"),
        ("I do not know. Paris", "Paris"),
        ("Not 5, but 6", "6"),
        ("In 2012 300 people came", "2012"),
        ("5, 6", "5"),
        ("5,6", "6"),
        ("It is 5.", "5"),
        ("**5**", "5"),
        ("$5", "5"),
        ("-5", "-5"),
        ("It is 1,000.", "1,000"),
        ("in the U.S. today", "U.S."),
        ("H₂O", "H2O"),
        ("rock’n’roll", "rock'n'roll"),
    ],
)
def test_a_target_stands_whole_in_a_reply(reply, target):
    assert said(mark(includes(), reply, target)) == (1, target)


@pytest.mark.parametrize(
    ("reply", "target"),
    [
        ("the cathedral", "cat"),
        ("a catcat", "cat"),
        ("a bcat", "cat"),
        ("cat2", "cat"),
        ("Parisian", "Paris"),
        ("Mozart", "art"),
        ("O’Neill", "Neill"),
        ("Côte d’Ivoire", "Ivoire"),
        ("rock’n’roll", "rock"),
        ("Winston-Salem", "Salem"),
        ("Coca-Cola", "Coca"),
        ("C++", "C"),
        ("C#", "C"),
        ("not Paris", "Paris"),
        ("It isn’t Paris.", "Paris"),
        ("It can't be Paris", "Paris"),
        ("anything but Rome", "Rome"),
        ("Paris rather than Rome", "Rome"),
        ("Rome is wrong.", "Rome"),
        ("It wasn't in Rome", "Rome"),
        ("a dog, not the cat", "cat"),
        ("Rome is not the answer", "Rome"),
        ("它不是罗马。", "罗马"),
        ("nicht Paris", "Paris"),
        *((reply, "5") for reply in ("7.5", "5.7", ".5", "-5", "−5", "minus 5", "-$5", "1/5", "5/7", "1 / 5", "5 1/2")),
        *((reply, "5") for reply in ("3-5", "3–5", "5:30", "5^2", "5²", "5e3", "x5", "5½")),
        *((reply, "5") for reply in ("5 million", "5 × 10^3", "5 000", "5 and a half")),
        ("1,000", "1"),
        ("1,000", "000"),
        ("70 000", "000"),
        ("1939–1945", "1939"),
        ("12:30", "30"),
        ("anything", ""),
        ("Ann", "Bo"),
    ],
)  # fmt: skip
def test_a_part_of_something_else_and_what_is_rejected_are_not_in_a_reply(reply, target):
    assert mark(includes(), reply, target).values == {"accuracy": 0}
    assert mark(includes(), f"Or: {reply}", target).values == {"accuracy": 0}


@pytest.mark.parametrize(
    ("reply", "target", "accuracy", "answer", "how"),
    [
        ("A cat? No.\n\nANSWER: a dog", "cat", 0, "a dog", 'structured, behind "ANSWER:"'),
        ("ANSWER: a dog", "dog", 1, "dog", 'structured, behind "ANSWER:"'),
        ("The answer is a dog, not a cat.", "cat", 0, "a dog, not a cat.", 'stated, behind "answer is"'),
        ('{"answer": "a dog", "why": "no cat"}', "cat", 0, "a dog", 'structured, the key "answer"'),
        ("It is a dog.", "dog", 1, "dog", "alone, the whole completion"),
        ("", "x", 0, None, "alone, the whole completion"),
    ],
)
def test_only_what_is_stated_is_searched(reply, target, accuracy, answer, how):
    made = mark(includes(), reply, target)
    assert (made.values["accuracy"], made.answer, made.explanation) == (accuracy, answer, how)


@pytest.mark.parametrize(
    "reply",
    [
        "Some say Rome; the answer is Paris", "Rome is often named, but the answer is Paris.",
        "I thought it was Rome, but the correct answer is Paris.",
        '{"answer": "Paris", "note": "Rome is a common guess"}',
        "ANSWER: Paris\n\nRome lies further south.", "The answer is Paris. Rome lies further south.",
        "Paris is the answer, and Rome is none.", "答案是Paris。Rome很常见。",
        "The answer is below.\n\nI doubt it is Rome. It is Paris.",
    ],
)  # fmt: skip
def test_where_an_answer_is_stated_it_decides(reply):
    assert said(mark(includes(), reply, "Paris"))[0] == 1
    assert said(mark(includes(), reply, "Rome"))[0] == 0


def test_words_may_be_searched_for_anywhere():
    reply = "Rome lies further south.\n\nANSWER: Paris"
    assert said(mark(includes(stated=False), reply, "Rome")) == (1, "Rome")
    assert said(mark(includes(stated=False), reply, "Bern"))[0] == 0
    assert mark(includes(stated=False), reply, "Rome").explanation == ""


@pytest.mark.parametrize("reply", ["The answer is St. Louis.", "The answer is simple. It is St. Louis.",
    "ANSWER: In Missouri, St. Louis", "St. Louis. The answer is above."])  # fmt: skip
def test_the_first_sentence_of_a_statement_is_not_cut_short(reply):
    assert said(mark(includes(), reply, "St. Louis"))[0] == 1


@pytest.mark.parametrize(
    "reply",
    [
        "I don't think it is @", "I don’t think it's @.", "I do not believe that it is @", "I doubt that it's @.",
        "I very much doubt it is @", "I don't believe @ is the capital", "I don't think the capital of France is @.",
        "It has never been @", "It never was @", "It hasn't been @", "It can hardly be @", "It is by no means @",
        "It is far from @", "No one thinks it is @", "Nobody says @.", "I'm not sure it is @",
        "I don't know if it is @",
        "I wouldn't say it is @", "It's unlikely to be @", "It is unlikely that it is @", "He wasn't born in @.",
        "It never happened in @", "@? Wrong, it's Bern.", "Is it @? That's incorrect.", "@? No, Bern", "not @ but Bern",
        "You might think it is @, but it is Bern", "Some say @; it is Bern", "Most people would say @, but it's Bern.",
        "I first thought it was @, however it is Bern", "Ich glaube nicht, dass es @ ist",
        "Ich bezweifle, dass es @ ist",
        "Es war nie @", "Je ne crois pas que ce soit @", "Je ne pense pas que c'est @", "Ça n'a jamais été @",
        "Je doute que ce soit @", "No creo que sea @", "Nunca ha sido @", "Dudo que sea @", "Não acho que seja @",
        "Nunca foi @", "Non credo che sia @", "Dubito che sia @", "Не думаю, что это @", "Сомневаюсь, что это @",
        "我不认为是@", "我不觉得答案是@", "从来不是@", "@だとは思いません", "@라고 생각하지 않습니다",
        "Tôi không nghĩ đó là @",
        "Saya tidak yakin itu @", "Sidhani ni @", "لا أعتقد أنها @",
    ],
)  # fmt: skip
def test_what_is_doubted_or_only_others_say_is_not_in_a_reply(reply):
    assert said(mark(includes(), reply.replace("@", "Rome"), "Rome"))[0] == 0


@pytest.mark.parametrize(
    "reply",
    [
        "I think it is @", "I don't doubt it is @", "There's no doubt it is @", "It has always been @",
        "I don't think it is Bern. It is @.", "I don't think it is Bern; it's @.", "I don't think so. @",
        "I never knew, but it is @", "I do not think it is Bern, I think it is @", "Not sure, maybe @",
        "Nobody disputes that it is @", "It has never been Bern but @", "It wasn't Bern but in @", "He never left @",
        "I don't know much, but I think it is @.", "I don't think anyone would deny that it is @",
        "Most people would say @", "Some say Bern, but it is @", "I thought it was Bern, but it is @", "Bern? No, @",
        "Ich glaube, dass es @ ist", "Je pense que c'est @", "Creo que es @", "Credo che sia @", "我认为是@",
        "@だと思います", "Unlikely as it seems, it is @", "He denied it, but he was in @.",
    ],
)  # fmt: skip
def test_what_is_thought_after_all_is(reply):
    assert said(mark(includes(), reply.replace("@", "Rome"), "Rome"))[0] == 1


def test_of_several_targets_the_one_that_is_found_is_the_answer():
    assert said(mark(includes(), "a cat's tail", ("dog", "cat"))) == (1, "cat")
    assert said(mark(includes(str), "CAT", "cat")) == (0, "CAT")
    assert said(mark(includes(), "", "x")) == (0, None)


@pytest.mark.parametrize("scorer", [exact(), includes()])
def test_a_sample_without_a_reply_counts_zero_in_every_metric(scorer):
    assert failed_values(scorer, Sample(input="?")) == dict.fromkeys(scorer.metrics, 0.0)


def test_scorers_are_values():
    assert hash(exact()) == hash(exact())
    assert exact() != exact(str.strip)
