"""Ratings of EQ-Bench in any writing: all four, from 0 to 10, or none."""

import pytest

from pytest_evalscope.benchmarks.instruction.eq_bench import ratings

NAMES = ("Remorseful", "Indifferent", "Affectionate", "Annoyed")
EMOTIONS = tuple(map(str.lower, NAMES))
RIGHT = dict(zip(EMOTIONS, (8.0, 6.0, 0.0, 2.0), strict=True))


def written(pair, between, frame="{}", values=(8, 6, 0, 2)):
    return frame.format(between.join(pair.format(*each) for each in zip(NAMES, values, strict=True)))


ONES = written("{}: {}", "\n", values=(1, 1, 1, 1))


@pytest.mark.parametrize(
    "pair",
    [
        *("{}: {}", "{}:{}", "{} : {}", "**{}**: {}", "**{}:** {}", "{}: **{}**", "{} - {}", "{} – {}"),
        *("{} = {}", "{}：{}", "{}: {} out of 10", "{}: <{}>", "{},{}", "`{}`: {}"),
        *("- {}: {}", "* {}: {}", "1. {}: {}", "| {} | {} |", "{}: {}/10", "{}: {} / 10"),
        *("{} ({})", "{}: {}.0", "{} → {}", "{} -> {}", "{} is {}", "{}: score {}", "{} {}", '"{}": {}'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", ["\n", "\n\n", ", ", "; "])
def test_pairs_in_any_writing(pair, between):
    for values, expected in (
        ((8, 6, 0, 2), RIGHT),
        ((0, 10, 3, 7), {**dict(zip(EMOTIONS, (0, 10, 3, 7), strict=True))}),
    ):
        text = written(pair, between, values=values)
        for reply in (text, text.upper(), f"Here you are:\n\n{text}\n\n[End of answer]"):
            assert ratings(reply, EMOTIONS) == expected


@pytest.mark.parametrize(
    "reply",
    [
        written("{}: {}", ""),
        written('"{}": {}', ", ", "{{{}}}"),
        written('"{}": {{"score": {}, "why": "…"}}', ", ", "{{{}}}"),
        written("<{0}>{1}</{0}>", ""),
        "| Remorseful | Indifferent | Affectionate | Annoyed |\n|---|---|---|---|\n| 8 | 6 | 0 | 2/10 |",
        ONES + "\nNo:\n" + written("{}: {}", "\n"),
        f"First pass scores:\n{ONES}\nRevised scores:\n{written('{}: {}', ', ')}",
        f"First pass scores:\n{written('{}: {}', ', ')}\nRevised scores:\nRemorseful: 1, Indif",
        f"<think>{ONES}" + "</think>" + written("{}: {}", "\n"),
    ],
)
def test_what_counts_of_a_longer_reply(reply):
    assert ratings(reply, EMOTIONS) == RIGHT


@pytest.mark.parametrize("wrong", ["80", "11", "-8", "8/100", "4/5", "7-8", "8%", "8.5.1", "?", "eight", ""])
def test_one_rating_that_is_none_makes_the_others_worthless(wrong):
    for place in range(4):
        values = ["8", "6", "0", "2"]
        values[place] = wrong
        assert ratings(written("{}: {}", "\n", values=values), EMOTIONS) == {}


@pytest.mark.parametrize(
    "reply",
    ["", "I cannot know.", "Unremorseful: 8\nIndifferent: 6\nAffectionate: 0\nAnnoyed: 2", "| Annoyed |\n| 2 |", "|"],
)
def test_all_emotions_have_to_be_rated(reply):
    assert ratings(reply, EMOTIONS) == {}
