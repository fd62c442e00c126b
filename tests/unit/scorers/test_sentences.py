"""Sentences and words in capitals, cut where the reference IFEval checker cuts them."""

import pytest

from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.words import capital_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n", []),
        ("No stop at all", ["No stop at all"]),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("One.Two", ["One.Two"]),
        ("  One.\n\nTwo.  ", ["One.", "Two."]),
        ('He said "go." Then he went.', ['He said "go."', "Then he went."]),
        ('"Stop!" he said.', ['"Stop!"', "he said."]),
        ("(One.) Two.", ["(One.)", "Two."]),
        ('One. "Two."', ["One.", '"Two."']),
        ("Dr. Smith met Mrs. Jones. They left.", ["Dr. Smith met Mrs. Jones.", "They left."]),
        ("At 5 p.m. he left. At 6 p.m. He came.", ["At 5 p.m. he left.", "At 6 p.m.", "He came."]),
        ("The U.S. economy grew. However, etc.", ["The U.S. economy grew.", "However, etc."]),
        ("Cats, dogs, etc. are here.", ["Cats, dogs, etc.", "are here."]),
        ("Use e.g. this.", ["Use e.g.", "this."]),
        ("P.S. I am late.", ["P.S.", "I am late."]),
        ("John F. Kennedy and Anna B. Stone met.", ["John F. Kennedy and Anna B. Stone met."]),
        ("Plan B. The end.", ["Plan B.", "The end."]),
        ("1. First item\n2. Second item", ["1.", "First item\n2.", "Second item"]),
        ("It is no. 5. and more.", ["It is no.", "5. and more."]),
        ("Well... maybe. Well... Therefore yes.", ["Well... maybe.", "Well...", "Therefore yes."]),
        ("**Bold.** Next.", ["**Bold.", "** Next."]),
        ("Wow!!! Next.", ["Wow!!!", "Next."]),
        ("Wow!!", ["Wow!", "!"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("Really?.. No", ["Really?..", "No"]),
        ("Hi! you", ["Hi!", "you"]),
        ("a?b c", ["a?b c"]),
        ("end . Next", ["end .", "Next"]),
        ("Well.. Therefore", ["Well..", "Therefore"]),
        ("John F.\nKennedy met.", ["John F.\nKennedy met."]),  # an initial that is an abbreviation, too
        ("Anna B. Stone", ["Anna B. Stone"]),
        ("Anna\nB. Stone", ["Anna\nB.", "Stone"]),
        ("Anna B. The end", ["Anna B.", "The end"]),
        ("Go. B. Stone", ["Go.", "B.", "Stone"]),
        ("A. B. C.", ["A.", "B.", "C."]),
        ("See B. stone", ["See B. stone"]),
        ("one-u.s. Grew", ["one-u.s. Grew"]),
        ("x-etc. The", ["x-etc.", "The"]),
        ("W.C. Fields", ["W.C. Fields"]),
        ("W.C. The", ["W.C.", "The"]),
        ("A.B. Next", ["A.B.", "Next"]),
        ("the 1. Who", ["the 1. Who"]),
        ("It cost 5. and", ["It cost 5. and"]),
        ("It cost -3.5. And", ["It cost -3.5.", "And"]),
        ("No. 7., he", ["No.", "7., he"]),
        ("1.) x", ["1.)", "x"]),
        ("He (Mr. X) left.", ["He (Mr. X) left."]),
        ("(A.) (B.)", ["(A.)", "(B.)"]),
        ("#dr. Who", ["#dr. Who"]),
        ("One. -- Two.", ["One.", "-- Two."]),
        ("9 a.m. tomorrow", ["9 a.m. tomorrow"]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("I am HERE.", 2),
        ("IT'S", 2),
        ("it'S", 1),
        ("I'm WE'LL I'll", 4),
        ("DON'T", 2),
        ("CANNOT GONNA", 4),
        ("WELL-KNOWN", 1),
        ("NASA/ESA", 1),
        ("A--B", 2),
        ("YES.NO", 1),
        ("YES...NO", 2),
        ("(YES)[NO]{MAYBE}", 3),
        ("3D 42 !! 中文", 1),
        ("'TIS GOOD", 2),
        ("“QUOTED” ‘TEXT’", 2),
        ("YES:NO, 10:A", 3),
        ("I'M YOU'RE WE'VE HE'D", 8),
        ("'TWAS D'YE", 3),
        ("'A' 'AB' IT'S' X", 5),
        ("WANNA GO LEMME", 5),
        ("GIMME'TIS", 4),
        ("10'LL", 1),
        ("A\u2014B A\u2010B", 3),
        ("B.C. X", 2),
        ("(A.) YES.' A.B.", 3),
        ("1,000A A,B", 3),
    ],
)
def test_words_in_capitals(text, count):
    assert capital_words(text) == count
