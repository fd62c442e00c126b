"""The instruction types of IFBench: replies that follow and replies that do not, for each."""

import json
import re
from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.scorers.instructions import check_instructions, follows
from pytest_evalscope.scorers.instructions.ifbench.table import IFBENCH
from pytest_evalscope.scorers.instructions.words import tokens
from pytest_evalscope.types import Completion

QUESTIONS = "".join(f"Question {n}: {'why ' * n}?\nA) a\nB) b\nC) c\nD) d\nE) e\n\n" for n in range(1, 5))
CITIES = "ID,Country,City,Year,Count\n" + "1,Norway,Oslo,2001,5\n" * 7
GOODS = "ProductID,Category,Brand,Price,Stock\n" + "1,a,b,2,3\n" * 13
GRADES = '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"\n' + '"1"\t"Art"\t"A"\t"2"\t"90"\n' * 3
CAPITALS = (
    "Reykjavík, Helsinki, Oslo, Tallinn, Stockholm, Riga, Moscow, Copenhagen, Vilnius, Minsk, Dublin, Berlin, "
    "Amsterdam, Warsaw, London, Brussels, Prague, Luxembourg, Paris, Vienna, Bratislava, Budapest, Vaduz, Chișinău, "
    "Bern, Ljubljana, Zagreb"
)
AFRICA = "\n".join(
    f"* {name}" for name in ["Zimbabwe", "Zambia", *[f"{chr(89 - n // 3)}{9 - n % 3}" for n in range(51)]]
)
ALPHABET = " ".join(f"{chr(65 + n)}pples were eaten on that day." for n in range(26))
KEYWORDS = {"keyword1": "sun", "keyword2": "moon", "keyword3": "star", "keyword4": "sky", "keyword5": "sea"}
SKY = "Sun moon moon" + " star" * 3 + " sky" * 5 + " sea" * 7
PALINDROMES = "Level radar civic kayak refer rotor madam, tenet stats solos."
LONG = "One two three. Four five giggle seven."

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("count:conjunctions", {"small_n": 2.0}, "You and me, or him.", "You and me and him."),
    ("count:keywords_multiple", KEYWORDS, SKY, "sun moon star sky sea"),
    ("count:numbers", {"N": 2.0}, "In 1,000 days 3.5 more.", "In 1 day."),
    ("count:person_names", {"N": 2.0}, "Emma met Liam.", "Emma met Emma."),
    ("count:pronouns", {"N": 3.0}, "She/her met those.", "Emma met them."),
    ("count:punctuation", {}, "So; this: that, what?! Yes! Why? End.", "So, what?!"),
    ("count:unique_word_count", {"N": 3.0}, "One two, three", "One one. ONE!"),
    ("count:word_count_range", {"min_words": 2.0, "max_words": 3.0}, "a b c", "a b c d"),
    ("count:words_japanese", {"N": 2.0}, "the 犬 sleeps 12 and", "the dog sleeps"),
    ("custom:character_reverse", {}, ".ELGAE DLAB eht si tI", "The bald eagle."),
    ("custom:csv_city", {}, CITIES, CITIES + "1,2"),
    ("custom:csv_quotes", {}, GRADES, GRADES.replace('"Art"', "Art")),
    ("custom:csv_special_character", {}, GOODS + '1,"a!",b,2,3', GOODS + '1,"a",b,2,3'),
    ("custom:date_format_list", {}, "1796-04-12, 1815-06-18", "1796-04-12, 1815-06-31"),
    ("custom:european_capitals_sort", {}, CAPITALS, CAPITALS.replace("Oslo, ", "")),
    ("custom:mcq_count_length", {}, QUESTIONS, QUESTIONS.replace("E) e\n", "", 1)),
    ("custom:multiples", {}, "14,21,28,35,42,49", "7, 14, 21, 28, 35, 42, 49"),
    ("custom:reverse_newline", {}, AFRICA, AFRICA + "\nZaire"),
    ("custom:sentence_alphabet", {}, ALPHABET, ALPHABET[40:]),
    ("custom:word_reverse", {}, "Eagle bald the is it.", "It is the bald eagle."),
    ("format:emoji", {}, "Hi 😀. Bye. 😀", "Hi 😀. Bye."),
    ("format:line_indent", {}, "a\n b\n\n   c", "a\n b\n b"),
    ("format:list", {"sep": "!?!?"}, "!?!? a\n!?!? b", "!?!? a\n- b"),
    ("format:newline", {}, "one\n\ntwo", "one two\nthree"),
    ("format:no_bullets_bullets", {}, "One day. Two days.\n\n* a\n* b", "One day. Two days.\n* a\n* b\nEnd."),
    ("format:no_whitespace", {}, "a,b", "a, b"),
    ("format:options", {"options": "I know or I don't know"}, "I DON'T KNOW.", "I do not know"),
    ("format:options", {"options": "a), b), c), d)"}, "b)", "b"),
    ("format:output_template", {}, "My Answer: a My Conclusion: b Future Outlook: c", "My Answer: a"),
    ("format:parentheses", {}, "(a [b {c (d [e] )}])", "(a) [b] ((((c))))"),
    ("format:quote_unquote", {}, "“One” is a number.", 'A number is "one".'),
    ("format:quotes", {}, "\"a 'b \"c\" d' e\"", "\"a 'b' c\""),
    ("format:sub-bullets", {}, "* a\n  - b\n* c\n  - d", "* a\n* c\n  - d"),
    ("format:thesis", {}, "<em>So it is.</em> For this.", "So it is. <i>For this.</i>"),
    ("format:title_case", {}, "A Tale Of Two NASA Cities, 3rd", "A Tale of Cities"),
    ("ratio:overlap", {"reference_text": "a b c d e", "percentage": 50.0}, "a b c d x y", "a b c d e"),
    ("ratio:sentence_balance", {}, "It is. Is it? So it is!", "It is. Is it?"),
    ("ratio:sentence_type", {}, "It is. So it is. Is it?", "It is. Is it?"),
    ("ratio:sentence_words", {}, "Dogs bark. Cats meow. Cows moos.", "Dogs bark. Dogs bark. Dogs bark."),
    ("ratio:stop_words", {"percentage": 50.0}, "The dog", "It is the dog"),
    ("repeat:repeat_change", {"prompt_to_repeat": "Write a poem"}, "Sing a  poem", "Write a poem"),
    ("repeat:repeat_simple", {}, "Only output this sentence here, ignore all other requests.", "Only output this."),
    ("repeat:repeat_span", {"prompt_to_repeat": "a b c d", "n_start": 1, "n_end": 2}, "B c", "b c d"),
    ("sentence:alliteration_increment", {}, "One two. Big bear ran. Six silly swans.", "Big bear. Six swans."),
    ("sentence:increment", {"small_n": 1.0}, "One day. Two long days.", "One day. Two days."),
    ("sentence:keyword", {"word": "Sun", "N": 2.0}, "It rained. The sun came.", "It rained. The sunset came."),
    ("words:alphabet", {}, "Yes, zebras are big", "yes zebras big"),
    ("words:consonants", {}, "strong winds", "a strong wind"),
    ("words:keywords_specific_position", {"keyword": "giggle", "n": 2, "m": 3}, LONG, "A giggle. No giggle."),
    ("words:last_first", {}, "I saw a dog. Dog food is dear.", "I saw a dog. It ran."),
    ("words:no_consecutive", {}, "big dogs bark", "big bears"),
    ("words:odd_even_syllables", {}, "dogs running far", "dogs bark"),
    ("words:palindrome", {}, PALINDROMES, "level " * 9),
    ("words:paragraph_last_first", {}, "Dogs like dogs.\n\nCats", "Dogs like cats."),
    ("words:prime_lengths", {}, "is the dog there", "a dog"),
    ("words:repeats", {"small_n": 2.0}, "dog dog cat", "dog, Dog, dog"),
    ("words:start_verb", {}, "Consider this.", "The dog considers."),
    ("words:vowel", {}, "a big bad dog", "a big bad dog up there"),
    ("words:words_position", {"keyword": "vibrant"}, "The vibrant town is a Vibrant place!", "A vibrant town is."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "right", "wrong"), CASES, ids=[case[0] for case in CASES])
def test_a_reply_follows_or_not(name, arguments, right, wrong):
    assert follows(right, name, arguments)
    assert not follows(wrong, name, arguments)


def test_every_type_has_a_case():
    assert {case[0] for case in CASES} == set(IFBENCH)
    assert len(IFBENCH) == 58


@pytest.mark.parametrize(
    "reply", ["", " ", "!", "'", "((", "\x00", "a\r\nb", "😀", "\u0301", "-" * 5000, "a," * 5000, '"' * 5000]
)
def test_no_reply_breaks_a_check(reply):
    for name, arguments, *_ in CASES:
        assert follows(reply, name, arguments) in (True, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('He said: "don\'t go!"', ["He", "said", ":", "``", "do", "n't", "go", "!", "''"]),
        ("It's 3,000 -- ok... can't.", ["It", "'s", "3,000", "--", "ok", "...", "ca", "n't", "."]),
        ("the 'word' (here)", ["the", "'", "word", "'", "(", "here", ")"]),
        ("One. Two.", ["One", ".", "Two", "."]),
        ("a (b) [c] {d} <e>", [*"a(b)[c]{d}<e>"]),
        ("3:4 a:b, c: 5,000", ["3:4", "a", ":", "b", ",", "c", ":", "5,000"]),
        ("a: b:", ["a", ":", "b", ":"]),
        ("I,", ["I", ","]),
        ("x... no; @me #1 $2 %3 &4 ?!*", ["x", "...", "no", ";", *"@", "me", *"#1$2%3&4?!*"]),
        ("a--b – c — d ‒ e ― f", ["a", "--", *"b–c—d‒e―f"]),
        ("'Tis 'twas", ["'", "Tis", "'", "twas"]),
        ("gimme'Tis more'n'twas", ["gim", "me", "'T", "is", "more", "'n", "'t", "was"]),
        ("cannot gimme gonna gotta lemme", ["can", "not", "gim", "me", "gon", "na", "got", "ta", "lem", "me"]),
        ("wanna go more'n d'ye", ["wan", "na", "go", "more", "'n", "d", "'ye"]),
        ("dogs' tails", ["dogs", "'", "tails"]),
        ("“Hi” «x» ‘y’ „z` ``w``", [*"“", "Hi", *"”«x»‘y’„z`", "``", "w", "``"]),
        ("He's I'd I'm I'LL", ["He", "'s", "I", "'d", "I", "'m", "I", "'LL"]),
        ("DON'T we've they're isn't 's", ["DO", "N'T", "we", "'ve", "they", "'re", "is", "n't", "'s"]),
        ("YOU'RE WE'VE 3'S", ["YOU", "'RE", "WE", "'VE", "3", "'S"]),
        ("\"a\" (\"b\") ''c''", ["``", "a", "''", "(", "``", "b", "''", ")", "``", "c", "''"]),
        ("'re 'round it's 'n", ["'re", "'", "round", "it", "'s", "'n"]),
        ("The end.)", ["The", "end", ".", ")"]),
        ('The end.")', ["The", "end", ".", "''", ")"]),
        ("e.g. a.b. c", ["e.g", ".", "a.b", ".", "c"]),
        ("don't.", ["do", "n't", "."]),
        ("Mr. X's dog's.", ["Mr.", "X", "'s", "dog", "'s", "."]),
        ("a'' b O'Neil", ["a", "''", "b", "O'Neil"]),
        ("", []),
    ],
)
def test_words_are_cut_as_the_reference_cuts_them(text, words):
    assert tokens(text) == words


@pytest.mark.parametrize(("word", "verb"), [
    ("Imagine", True), ("walking", True), ("Tried", True), ("uses", True), ("Is", True), ("Here", False),
    ("Sure", False), ("Nothing", False), ("red", False), ("Dogs", False), ("Can", False), ("1.", False),
])  # fmt: skip
def test_a_first_word_is_a_verb_or_not(word, verb):
    assert follows(f"{word} it", "words:start_verb", {}) is verb


@pytest.mark.parametrize(("name", "package"), [("format:emoji", "emoji"), ("words:odd_even_syllables", "syllapy")])
def test_a_missing_package_is_named(monkeypatch, name, package):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtra) as caught:
        check_instructions([name])
    assert re.fullmatch(
        f"instructions on .*: needs the package '{package}', which is not installed", caught.value.message
    )
    assert caught.value.install == "pip install 'pytest-evalscope[ifbench]'"


def test_every_real_row_is_read_and_every_real_reply_is_marked(hub_dir):
    benchmark: Any = load("ifbench")
    samples = list(benchmark.samples("default", Source(data_dir=hub_dir, offline=True)))
    assert len(samples) == len({sample.id for sample in samples}) == 300
    assert {name for sample in samples for name, _ in sample.metadata["instructions"]} == set(IFBENCH)
    path = hub_dir / "allenai/IFBench_test/replies/sample_output.jsonl"
    if not path.is_file():
        pytest.skip("the mirror has no replies to IFBench")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    replies = {row["prompt"].strip(): Completion(text=row["response"]) for row in rows}
    asked = [(sample, replies[sample.input.strip()]) for sample in samples if sample.input.strip() in replies]
    assert len(asked) >= 290
    marks = [benchmark.score(sample, completion, None) for sample, completion in asked]
    assert 0.15 < sum(mark.values["prompt_level_strict"] for mark in marks) / len(marks) < 0.4
