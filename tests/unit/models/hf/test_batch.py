"""Batches: a row's reply is its own, whoever is decoded beside it and whenever it came."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

PROMPTS: list[tuple[str, dict[str, Any]]] = [
    ("short", {"max_tokens": 30}),
    ("a prompt of some length, with commas, and an end.", {"max_tokens": 7}),
    ("x", {"max_tokens": 50}),
    ("one that is much longer than the others are: " + "word " * 30, {"max_tokens": 21}),
    ("ends soon", {"max_tokens": 1}),
    ("zwölf Boxkämpfer jagen Viktor", {"max_tokens": 40}),
    ("and one more", {"max_tokens": 33, "stop": ["e", "\n"]}),
    ("the last", {"max_tokens": 12}),
]


@pytest.fixture(scope="module")
def requests(asking):
    return [asking(text, logprobs=True, top_logprobs=3, **params) for text, params in PROMPTS]


@pytest.fixture(scope="module")
def alone(loaded, decoder_of, requests):
    """Every request decoded by itself."""
    return [decoder_of(loaded, 1).decode(request)[0] for request in requests]


def told(row):
    return row.text, row.finish_reason, [choice.token for choice in row.choices]


def assert_same(rows, alone):
    assert [told(row) for row in rows] == [told(row) for row in alone]
    for row, single in zip(rows, alone, strict=True):
        for choice, other in zip(row.choices, single.choices, strict=True):
            assert choice.logprob == pytest.approx(other.logprob, abs=1e-3)
            assert [token for token, _ in choice.top] == [token for token, _ in other.top]
            assert [value for _, value in choice.top] == pytest.approx([value for _, value in other.top], abs=1e-3)


@pytest.mark.parametrize("places", [2, 3, 8, 32])
def test_together_they_say_what_each_says_alone(decoder, requests, alone, places):
    assert_same(decoder(places).decode(*requests), alone)


@pytest.mark.parametrize("places", [2, 8])
def test_those_who_come_later_change_nothing(decoder, requests, alone, places):
    decoding = decoder(places)
    rows = []
    for request in requests:
        rows += decoding.add(request)
        for _ in range(3):
            decoding.advance()
    decoding.finish()
    assert_same(rows, alone)


def test_alone_they_say_what_transformers_says(torch, loaded, requests, alone):
    """The reference: the library's own loop, one prompt at a time."""
    for request, row in zip(requests[:6], alone[:6], strict=True):
        ids = torch.tensor([row.prompt])
        with torch.inference_mode():
            output = loaded.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=request.params["max_tokens"], do_sample=False
            )
        assert output[0, ids.shape[1] :].tolist() == [choice.token for choice in row.choices]


def test_a_free_place_is_filled_at_once(decoder, asking):
    decoding = decoder(4)
    rows = decoding.decode(*(asking(f"p{i}", max_tokens=8 if i % 4 else 32) for i in range(16)))
    assert all(row.finish_reason == "length" for row in rows)
    assert sum(len(row.choices) for row in rows) == 4 * 32 + 12 * 8
    assert decoding.rounds < 70  # waves of four would take 4 x 31


def test_rows_that_nobody_waits_for_leave(decoder, requests, alone):
    decoding = decoder(4)
    rows = decoding.add(*requests)
    for _ in range(3):
        decoding.advance()
    gone = {rows[0], rows[2], rows[6]}
    for row in gone:
        assert row.order.completion.cancel()
    decoding.finish()
    assert not any(row.finish_reason for row in gone)
    left = [place for place, row in enumerate(rows) if row not in gone]
    assert_same([rows[place] for place in left], [alone[place] for place in left])


def test_the_oldest_is_never_passed_over(decoder, asking):
    decoding = decoder(2)
    long = asking("l" * 300, max_tokens=2)
    first, oldest = decoding.add(asking("s", max_tokens=4), long)
    for number in range(40):
        decoding.add(asking(f"s{number}", max_tokens=2))
    finished = []
    while oldest not in finished:
        finished += decoding.advance()
    assert first not in finished or finished.index(oldest) <= 8


def test_prompts_of_like_length_are_read_together(decoder, asking):
    decoding = decoder(2)
    short, _, _, other = decoding.add(*(asking(text, max_tokens=1) for text in ("a", "b" * 200, "c" * 201, "d")))
    assert decoding.advance() == [short, other]


def test_a_cache_is_kept_no_wider_than_its_rows(decoder, asking):
    decoding = decoder(2)
    long, short = decoding.add(asking("l" * 300, max_tokens=3), asking("s", max_tokens=60))
    decoding.finish()
    assert len(long.choices) == 3
    batch = decoding.schedule._batch
    assert batch.rows == []
    rows = decoding.add(asking("l" * 300, max_tokens=3), asking("s", max_tokens=60))
    while not rows[0].done:
        decoding.advance()
    assert {layer.length for layer in batch._layers} == {rows[1].length}
    assert {layer.rows for layer in batch._layers} == {1}
    decoding.finish()
    assert [choice.token for choice in rows[1].choices] == [choice.token for choice in short.choices]


def test_without_memory_fewer_are_decoded_together(torch, decoder, requests, alone, monkeypatch):
    decoding = decoder(8)
    batch = decoding.schedule._batch
    step, widest = batch.step, []

    def limited():
        if len(batch.rows) > 3:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        widest.append(len(batch.rows))
        step()

    monkeypatch.setattr(batch, "step", limited)
    assert_same(decoding.decode(*requests), alone)
    assert max(widest) == 3


def test_without_memory_for_one_its_request_fails(torch, decoder, asking, monkeypatch):
    def fail(rows):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    decoding = decoder(8)
    monkeypatch.setattr(decoding.schedule._batch, "admit", fail)
    [row] = decoding.decode(asking("hello"))
    assert "OutOfMemoryError: CUDA out of memory" in row.error


def test_a_model_that_fails_fails_those_it_was_asked_for(decoder, asking, requests, alone, monkeypatch):
    decoding = decoder(2)
    batch = decoding.schedule._batch
    choose = batch._choose

    def broken(rows, *args):
        if any(row.prompt == bad.prompt for row in rows):
            raise RuntimeError("shapes\ndo not fit")
        return choose(rows, *args)

    monkeypatch.setattr(batch, "_choose", broken)
    bad, *rest = decoding.add(asking("bad"), *requests)
    decoding.finish()
    with_it = [row for row in rest if row.error]
    assert bad.error == "generation failed (RuntimeError: shapes do not fit)"
    assert len(with_it) <= 1
    fine = [place for place, row in enumerate(rest) if not row.error]
    assert_same([rest[place] for place in fine], [alone[place] for place in fine])
