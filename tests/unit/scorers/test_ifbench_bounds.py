"""The instruction types of IFBench at their bounds: the reply that just follows, and the one that just does not."""

import string
from typing import Any

import pytest

from pytest_evalscope.scorers.instructions import english as splitter
from pytest_evalscope.scorers.instructions import follows
from pytest_evalscope.scorers.instructions.ifbench import english

PUNCTUATED = "So; this: that, what?! Yes! Why? End."
SUN = {f"keyword{n}": word for n, word in enumerate((" sun ", "moon", "star", "sky", "sea"), start=1)}
SKY = ("Sun", "moon moon", "star STAR star", "sky " * 5, "sea " * 7)
NUMBERS = "14 21 28 35 42 49"
PLACE = {"keyword": " Giggle ", "n": 2.0, "m": 2.0}

CASES: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("count:conjunctions", {"small_n": 3}, ["And and, AND", "for nor (or)", "so yet but"],
     ["And and And", "ands or so"]),
    ("count:keywords_multiple", SUN, [" ".join(SKY), " ".join(SKY) + " sunny"],
     [" ".join((*SKY, word)) for word in ("sun", "moon", "star", "sky", "sea")] + [" ".join(SKY[1:])]),
    ("count:numbers", {"N": 2}, ["1,000 and 3.5", "a1b2"], ["1 2 3", "1", "none"]),
    ("count:person_names", {"N": 50}, [" ".join(english.NAMES), "-".join(english.NAMES)],
     [" ".join(english.NAMES[1:])]),
    ("count:person_names", {"N": 1}, ["Emma's"], ["Emmas", "emma", "Em"]),
    ("count:pronouns", {"N": 3}, ["I/me/us", "me me me", "It is all his"], ["I/me", "them, the Is"]),
    ("count:punctuation", {}, [PUNCTUATED, PUNCTUATED.replace("?!", "!?"), PUNCTUATED.replace("?!", "‽"), "?!!?.,;:"],
     [PUNCTUATED.replace("?!", "")] + [PUNCTUATED.replace(mark, "", 1 if mark in ".,;:" else 2) for mark in ".,;:!?"]),
    ("count:unique_word_count", {"N": 3}, ["One two, three", "a b c one"], ["One two TWO. one!", "a b"]),
    ("count:word_count_range", {"min_words": 2, "max_words": 3}, ["a b", "a b c", "a_b-c"], ["a", "a b c d", "a_b"]),
    ("count:words_japanese", {"N": 2}, ["a 犬 b ねこ c ネコ", "a 12 b 犬", "a ... b", "a"],
     ["犬 a", "a 犬 b 1a", "a b"]),
    ("count:words_japanese", {"N": 1}, ["犬 「猫」"], ["犬 dog 猫", "dog 犬"]),
    ("custom:character_reverse", {}, ["Elgae Dlab"], ["elgaedlab", "eagle bald"]),
    ("custom:date_format_list", {}, ["1769-01-31", "1821-12-31", " 1800-02-29 ,1800-04-30", "1800-06-30,1800-09-30",
     "1800-11-30", "1800-00-99"], ["1768-12-31", "1822-01-01", "1800-13-01", "1800-02-30", "1800-04-31", "1800-06-31",
     "1800-09-31", "1800-11-31", "1800-01-32", "1800-1-01", "1800-01-01,", "On 1800-01-01"]),
    ("custom:multiples", {}, [NUMBERS, "14, 21; 28a35 42. 49"], [f"{NUMBERS} 56", NUMBERS[:-3], NUMBERS[3:], "none"]),
    ("custom:word_reverse", {}, ["Eagle bald the", "It? is eagle, bald."], ["bald eagle the", "eagle a bald"]),
    ("format:emoji", {}, ["Hi 😀", "Hi ❤️. Bye 😀!", "Hi. 😀 Bye 😀"],
     ["Hi", "Hi. Bye 😀", "😀 Hi", "Hi 😀!!", "😀 a b"]),
    ("format:line_indent", {}, ["a", "a\n b\n  c", "a\n\n b", "  a\n   b"],
     ["a\nb", " a\nb", "a\n\n\n b", "a\n  b\n c"]),
    ("format:list", {"sep": "-"}, ["-a -b", "- - -"], ["- a", "a"]),
    ("format:newline", {}, ["one", "one!\n...\ntwo", "\none\ntwo\n"], ["one two", "one\ntwo three"]),
    ("format:no_bullets_bullets", {}, ["One.\nTwo.\n* a\n* b", "One. Two.\n *a\n *b", "A. B. C.\n* a\n* b\n* c"],
     ["One.\n* a\n* b", "One. Two.\n* a", "One. Two.\n\nThree.\n* a\n* b", "* a\n* b", "A. B.\n* a\nC.\n* b", "A. B."]),
    ("format:no_whitespace", {}, ["a", "a-b,c"], ["a\tb", "a\n", " a", "a\u2003b"]),
    ("format:options", {"options": "A/B/C"}, ["A", "C"], ["a", "A.", "A/B/C", "D"]),
    ("format:options", {"options": "(a), (b), (c)"}, ["(a)"], ["a", "(A)"]),
    ("format:options", {"options": "yes/no"}, ["Yes.", " no "], ["yes/no", "maybe"]),
    ("format:options", {"options": "left, right"}, ["LEFT!", "right"], ["left, right", "up"]),
    ("format:options", {"options": "this or that"}, ["That."], ["this or that"]),
    ("format:output_template", {}, ["My Answer: My Conclusion: Future Outlook:"],
     ["My Answer: My Conclusion:", "My Answer: Future Outlook:", "My Conclusion: Future Outlook:"]),
    ("format:parentheses", {}, ["((((()", "[{([{}", "]((((()", "((((([) ((((())", "(((((()"],
     ["(((()", "(((((", "((((([)", "((((([) ()", "((((([) (((())", "(((())))(((())))", "none"]),
    ("format:quote_unquote", {}, ['"one" is', "It is '\"'", "none", '"a", "b" c'],
     ['"one" "two" is', 'It is "one"', 'It is "one" 12.', "It is “one”", "“one”“two” x"]),
    ("format:quotes", {}, ["\"'\"a\"'\"", "\"'\"'x'\"'", "x\"'\"\"'\"x"],
     ["\"'a'\"", "\"'\"a\"'", "\"'\"a'", '"a" "b" "c"']),
    ("format:sub-bullets", {}, ["* a\n - b", "none", "* a - b\n* c - d"], ["* a", "* a\n - b\n* c", "* a\n* b - c"]),
    ("format:thesis", {}, ["<i>a</i>b", "So: <i>a</i> b", "<em>a</em> b"],
     ["<i> </i> b", "<i>a</i> ", "<i>a", "<em>a", "a</i> b", "</i> <i>a b", "<b>a</b> c"]),
    ("format:title_case", {}, ["A Tale Of", "My iPhone", "3rd Of"], ["A tale", "An a", "My iPHONE", "a Tale"]),
    ("ratio:overlap", {"reference_text": "a b c d e", "percentage": 48}, ["a b c d x y"],
     ["a b c d e", "a b", "x y z"]),
    ("ratio:overlap", {"reference_text": "a b c d e", "percentage": 52}, ["a b c d x y"], []),
    ("ratio:overlap", {"reference_text": "a b c d e", "percentage": 52.1}, [], ["a b c d x y"]),
    ("ratio:overlap", {"reference_text": "a b c d e", "percentage": 47.9}, [], ["a b c d x y"]),
    ("ratio:overlap", {"reference_text": "a b c d", "percentage": 0}, ["a x c d", "a b x d", "x b c y"], []),
    ("ratio:overlap", {"reference_text": "a b c", "percentage": 0}, ["x y z"], ["x y", "a b c"]),
    ("ratio:sentence_balance", {}, ["It is. Is it? So it is!", "No end"], ["It is. Is it?", "It is. Is it? So! So!"]),
    ("ratio:sentence_type", {}, ["It is. So it is. Is it?", "So it is!"], ["It is. Is it?", "Is it?", "It is."]),
    ("ratio:sentence_words", {}, ["Dogs bark. Cats meow. Cows moos."],
     ["Dogs bark. Cats meow.", "Dogs bark. Cats meow. Cow moos.", "Dogs bark. Cats meow. Dogs moos.",
      "Dogs bark. Cats meow. Cows moos. Owls hoot."]),
    ("ratio:stop_words", {"percentage": 75}, ["It is the dog", "dog"], ["It is the", "!!!"]),
    ("ratio:stop_words", {"percentage": 74}, ["It is a big dog"], ["It is the dog"]),
    ("repeat:repeat_change", {"prompt_to_repeat": "Write a poem"}, ["Sing a poem"],
     ["Write a poem", "Sing the poem", "a poem"]),
    ("repeat:repeat_simple", {}, [" only OUTPUT this sentence here, ignore all other requests.\n"],
     ["Only output this"]),
    ("repeat:repeat_span", {"prompt_to_repeat": "A b c d", "n_start": 0, "n_end": 2}, [" a B c\n"],
     ["a b", "a b c d", "b c"]),
    ("sentence:alliteration_increment", {},
     ["One two.", "Six silly swans. Big bear six silly.", "A (b) c. \"Big 'bear."],
     ["Big bear six silly. Six silly swans.", "Big bear. Six silly.", "One two. Big three."]),
    ("sentence:increment", {"small_n": 2}, ["One. Two more days. Now there are five words.", "One day."],
     ["One. Two days.", "One. Two more days. Now four words.", "Two more days. One."]),
    ("sentence:keyword", {"word": "sun", "N": 2}, ["It rained. The SUN!", "A. Sun. B."],
     ["Sun. It rained.", "The sun."]),
    ("sentence:keyword", {"word": "sun", "N": 1}, ["The sun."], ["A day. The sun."]),
    ("sentence:keyword", {"word": "sun", "N": 0}, [], ["The sun.", "It rained. The sun."]),
    ("words:alphabet", {}, ["x y z a", "Big! cats", "m"], ["a a", "a c", "1 2", "éa fa", "z y"]),
    ("words:consonants", {}, ["my dry strings", "ABLE"], ["my a", "bed"]),
    ("words:keywords_specific_position", PLACE, ["A. So, giggle!", "A. (So) GIGGLE now. B."],
     ["So giggle.", "A. So now giggle.", "A. Giggle."]),
    ("words:last_first", {}, ["One", "I see. See it! It too."], ["I see. It.", "I see. See it. See."]),
    ("words:no_consecutive", {}, ["big dogs bark", "one"], ["big (Bears", "a dog digs"]),
    ("words:odd_even_syllables", {}, ["dog running", "dog"], ["dog dog", "running running", "dog banana"]),
    ("words:palindrome", {}, ["level " * 10, "Level! " * 11], ["level " * 9 + "noon", "level " * 9 + "lever"]),
    ("words:paragraph_last_first", {}, ["Dogs like dogs.\n\nCats", "\"So so!"], ["Dogs like.\nCats", "so\nso it"]),
    ("words:prime_lengths", {}, ["ab abc abcde", "x" * 97, "a.b"], ["a", "abcd", "x" * 9, "x" * 101, "ab abcdef"]),
    ("words:repeats", {"small_n": 2}, ["dog Dog cat", "a b"], ["dog dog, dog", "a a a"]),
    ("words:start_verb", {}, ["makes", "Tries", "Runs", "doing", "Showed", "went", "seek"],
     ["dogs", "bing", "red", "sing1s", "us", "bed", "1s", "stries"]),
    ("words:vowel", {}, ["a e i", " bcd\n", "aeaeae U"], ["a e i o", "a\nb", "aeio", "E u O I"]),
    ("words:words_position", {"keyword": " Big "}, ["a big c", "a BIG b big c", "big big"],
     ["big", "a big", "a big b c", "a b big c"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "right", "wrong"), CASES)
def test_just_followed_and_just_not(name, arguments, right, wrong):
    assert [reply for reply in right if not follows(reply, name, arguments)] == []
    assert [reply for reply in wrong if follows(reply, name, arguments)] == []


def lines(head, row, count, *more):
    return "\n".join((head, *[row] * count, *more))


CITY, GOODS = "ID,Country,City,Year,Count", "ProductID,Category,Brand,Price,Stock"
GRADES = '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"'
FIVE, QUOTED = "1,a,b,2,3", '"1"\t"Art"\t"A"\t"2"\t"90"'


@pytest.mark.parametrize(
    ("name", "reply", "right"),
    [
        ("csv_city", lines(CITY, FIVE, 7), True),
        ("csv_city", lines(CITY, FIVE, 6), False),
        ("csv_city", lines(CITY, FIVE, 8), False),
        ("csv_city", lines(CITY, FIVE, 6, "1,a,b,2"), False),
        ("csv_city", lines(CITY.lower(), FIVE, 7), False),
        ("csv_city", lines(FIVE, FIVE, 7), False),
        ("csv_city", lines(CITY, FIVE, 6, f"1,a,b,2,{'x' * 200_000}"), False),
        ("csv_special_character", lines(GOODS, FIVE, 13, '1,"a!",b,2,3'), True),
        ("csv_special_character", lines(GOODS, '"a-b",b,c,d,e', 14), True),
        ("csv_special_character", lines(GOODS, '"!a",b,c,d,e', 14), True),
        ("csv_special_character", lines(GOODS, '"a!",b,c,d,e', 14), True),
        ("csv_special_character", lines(GOODS.replace("Brand", '"Brand"'), '"a-b",b,c,d,e', 14), True),
        ("csv_special_character", lines(GOODS, '"a-b",b,c,d,e', 1, *["1,2"] * 13), True),
        ("csv_special_character", lines(GOODS, "1,2", 1, *['"a-b",b,c,d,e'] * 13), False),
        ("csv_special_character", lines(GOODS, '"a-b",b,c,d,e', 13), False),
        ("csv_special_character", lines(GOODS, '"a-b",b,c,d,e', 15), False),
        ("csv_special_character", lines(GOODS, '"a_1 b",b,c,d,e', 14), False),
        ("csv_special_character", lines(GOODS, "a-b,b,c,d,e", 14), False),
        ("csv_special_character", lines(GOODS.lower(), '"a-b",b,c,d,e', 14), False),
        ("csv_special_character", lines(GOODS + ",More", '"a-b",b,c,d,e', 14), False),
        ("csv_quotes", lines(GRADES, QUOTED, 3), True),
        ("csv_quotes", lines(GRADES, QUOTED.replace("\t", " \t "), 3), True),
        ("csv_quotes", lines(GRADES, QUOTED, 2), False),
        ("csv_quotes", lines(GRADES, QUOTED, 4), False),
        ("csv_quotes", lines(GRADES, QUOTED, 2, QUOTED + '\t"x"'), False),
        ("csv_quotes", lines(GRADES, QUOTED, 2, QUOTED.replace('"90"', "90")), False),
        ("csv_quotes", lines(GRADES, QUOTED, 2, QUOTED.replace('"90"', '90"')), False),
        ("csv_quotes", lines(GRADES.replace("\t", ","), QUOTED, 3), False),
        ("csv_quotes", lines(GRADES.replace("Score", "Mark"), QUOTED, 3), False),
    ],
)
def test_tables_have_so_many_rows_and_fields(name, reply, right):
    assert follows(reply, f"custom:{name}", {}) is right


def asked(number, words, options="ABCDE", after=":"):
    return f"Question {number}{after} {'why ' * words}?\n" + "".join(f"{letter}) x\n" for letter in options)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("".join(asked(n, n) for n in range(1, 5)), True),
        ("".join(asked(n, n, after=".") for n in range(1, 5)), True),
        ("".join(asked(n, n, options="abcde", after="|") for n in range(1, 5)), True),
        ("".join(asked(n, n) for n in range(1, 4)), False),
        ("".join(asked(n, n) for n in range(1, 6)), False),
        ("".join(asked(n, 3) for n in range(1, 5)), False),
        ("".join(asked(n, 5 - n) for n in range(1, 5)), False),
        ("".join(asked(n, n, "ABCD") for n in range(1, 5)), False),
        ("".join(asked(n, n, "ABCDEA") for n in range(1, 5)), False),
        ("Here:\n" + "".join(asked(n, n) for n in range(1, 5)), False),
    ],
)
def test_four_questions_of_five_options_grow(reply, right):
    assert follows(reply, "custom:mcq_count_length", {}) is right


def countries(count):
    return ["Zimbabwe", "Zâmbia", *[f"{chr(89 - n // 3)}{9 - n % 3}" for n in range(count - 2)]]


@pytest.mark.parametrize(
    ("names", "right"),
    [
        (countries(52), True),
        (["Here they are:", *countries(52)], True),
        ([f"- {name}, " for name in countries(52)], True),
        (["", *countries(52), " "], True),
        (countries(51), False),
        (countries(53)[1:], False),
        ([*countries(52), "Zaire"], False),
        (["Zimbabwe", *countries(52)[:0:-1]], False),
    ],
)
def test_countries_stand_in_reverse_from_zimbabwe_on(names, right):
    assert follows("\n".join(names), "custom:reverse_newline", {}) is right


def test_26_sentences_begin_with_the_alphabet():
    letters = [f"{letter}pples fell." for letter in string.ascii_uppercase]
    follow = {
        " ".join(letters): True,
        " ".join(f'"{letter}' for letter in letters): True,
        " ".join(letters[:25]): False,
        " ".join([*letters, "Apples fell."]): False,
        " ".join([letters[1], letters[0], *letters[2:]]): False,
    }
    assert {reply: follows(reply, "custom:sentence_alphabet", {}) for reply in follow} == follow


CAPITALS = ", ".join(english.CAPITALS)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        (CAPITALS, True),
        (f"{CAPITALS},", True),
        (CAPITALS.replace("Reykjavik", "Reykjavík"), True),
        (CAPITALS.replace(", ", "; "), False),
        (f"{CAPITALS}, Rome", False),
        (CAPITALS.replace("Oslo, Tallinn", "Tallinn, Oslo"), False),
    ],
)
def test_capitals_stand_from_north_to_south(reply, right):
    assert follows(reply, "custom:european_capitals_sort", {}) is right


def test_words_of_the_lists_are_written_as_they_are_looked_up():
    small = (
        english.STOP_WORDS,
        english.PRONOUNS,
        english.CONJUNCTIONS,
        english._VERBS,
        english._FORMS,
        english._NO_FORM,
    )
    assert [word for words in small for word in words if not (word.isalpha() and word.islower())] == []
    looked_up = (splitter.ABBREVIATIONS, splitter.OPENERS, splitter.AFTER_NUMBERS)
    assert [word for words in looked_up for word in words if not word.islower() or word.endswith(".")] == []
    assert [name for name in (*english.NAMES, *english.CAPITALS) if not name.istitle()] == []
    assert (len(english.NAMES), len(english.CAPITALS), len(english.CONJUNCTIONS)) == (50, 27, 7)
