"""Prompts and continuations as tokens: where the bound lies, and windows over long texts."""

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.local.continuations import Line, Tokenizer, likelihoods_of

PIECES = ("ab", "cd", " a", "a", "b", "c", "d", " ", "\n")
END = 101
"""The tokenizer takes the first that fits: pairs go before single letters."""


def encode(texts, special):
    made = []
    for text in texts:
        tokens = [100] if special else []
        while text:
            number = next(number for number, piece in enumerate(PIECES) if text.startswith(piece))
            tokens.append(number)
            text = text[len(PIECES[number]) :]
        made.append(tokens)
    return made


def tokenizer(*, context=50, first=100):
    return Tokenizer(name="m", encode=encode, first=first, context=context)


def lines(prompt, *continuations, **fields):
    return [(line.tokens, line.start, line.place) for line in tokenizer(**fields).lines(prompt, continuations)]


def test_both_are_encoded_as_one_text():
    assert lines("ab", "cd", " a") == [((100, 0, 1), 2, 0), ((100, 0, 2), 2, 1)]


def test_spaces_that_end_the_prompt_belong_to_the_continuation():
    assert lines("ab ", "a", "") == [((100, 0, 2), 2, 0), ((100, 0, 7), 2, 1)]


def test_a_token_over_the_bound_is_taken_apart():
    # "a" + "bc": the pair "ab" would take the place of the prompt's last token, and nothing but "c" would be scored.
    assert lines("a", "bc", "b", "d") == [((100, 3, 4, 5), 2, 0), ((100, 3, 4), 2, 1), ((100, 3, 6), 2, 2)]


def test_a_continuation_by_itself_gets_no_space_before_it():
    def metaspace(texts, special):
        return [[ord("_") if not text.startswith("_") else 0, *map(ord, text.replace("ab", "X"))] for text in texts]

    [line] = Tokenizer(name="m", encode=metaspace, first=0, context=50).lines("a", ["bc"])
    assert line.tokens == (ord("_"), *map(ord, "abc"))
    assert line.start == 2


def test_a_token_that_ends_every_text_is_neither_read_nor_scored():
    def ending(texts, special):
        return [[*tokens, *([END] if special else [])] for tokens in encode(texts, special)]

    made = Tokenizer(name="m", encode=ending, first=100, context=50).lines("ab", ["cd", "c"])
    assert [(line.tokens, line.start) for line in made] == [((100, 0, 1), 2), ((100, 0, 5), 2)]
    [merged] = Tokenizer(name="m", encode=ending, first=100, context=50).lines("a", ["b"])
    assert (merged.tokens, merged.start) == ((100, 3, 4), 2)


def test_a_token_that_begins_a_text_is_there_once():
    def literal(texts, special):  # "d" at the beginning is the spelling of the token that begins a text
        made = encode(texts, special)
        return [[100 if token == 6 else token for token in tokens] for tokens in made]

    [line] = Tokenizer(name="m", encode=literal, first=100, context=50).lines("dab", ["c"])
    assert (line.tokens, line.start) == ((100, 0, 5), 2)


def test_a_continuation_without_tokens_is_refused():
    def nothing(texts, special):
        return encode([text.replace("b", "") for text in texts], special)

    made = Tokenizer(name="m", encode=nothing, first=100, context=50)
    for prompt in ("a", ""):
        with pytest.raises(RequestRefused, match=r"m: a continuation has no tokens \('b'\)"):
            made.lines(prompt, ["b"])


def test_an_empty_continuation_has_no_line():
    assert lines("ab", "", "c") == [((100, 0, 5), 2, 1)]
    assert lines("", "") == []


def test_a_text_without_a_prompt_begins_with_the_first_token():
    assert lines("", "ab", "c") == [((100, 0), 1, 0), ((100, 5), 1, 1)]
    assert lines(" ", "ab") == [((100, 2, 4), 1, 0)]


def test_a_text_that_begins_with_the_first_token_gets_no_other():
    assert lines("", "abab", first=0) == [((0, 0), 1, 0)]


def test_without_such_a_token():
    with pytest.raises(RequestRefused, match="m: it has no token that begins or ends a text"):
        lines("", "ab", first=None)
    assert lines("ab", "c", first=None)


def test_more_than_the_context_after_a_prompt():
    assert lines("abab", "c", context=3)
    with pytest.raises(RequestRefused, match="m: prompt and continuation have 4 tokens; accepted: up to 3"):
        lines("abab", "c", context=2)


def test_windows_score_every_token_once():
    for context in range(1, 12):
        for length in range(1, 40):
            text = list(range(length))

            def one_text(texts, special, text=text):
                return [text]

            made = Tokenizer(name="m", encode=one_text, first=-1, context=context).lines("", ("x",))
            scored = [token for line in made for token in line.tokens[line.start :]]
            assert scored == text
            assert all(1 <= len(line.read) <= context and line.start >= 1 for line in made)
            # Every window but the first has as much before it as there is room for.
            assert all(len(line.read) == context for line in made[1:])


def test_parts_of_a_text_are_summed():
    parts = [
        Line(tokens=(1, 2, 3), start=1, place=1, logprob=-2.0),
        Line(tokens=(3, 4), start=1, place=1, logprob=-1.0, greedy=False),
    ]
    nothing, both = likelihoods_of(parts, 2)
    assert (nothing.logprob, nothing.tokens, nothing.greedy) == (0, 0, True)
    assert (both.logprob, both.tokens, both.greedy) == (-3, 3, False)
