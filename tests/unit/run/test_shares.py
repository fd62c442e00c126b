"""What one of several workers may ask of a model."""

import pytest

from pytest_evalscope.models import ModelOptions


@pytest.fixture
def options_of(open_run, adder, monkeypatch):
    """Returns the options that a model and a judge are opened with in one of `workers`."""

    def options_of(workers, **fields):
        opened = []

        def resolve(name, options):
            opened.append(options)
            return adder()

        monkeypatch.setattr("pytest_evalscope.run.resources.resolve", resolve)
        run = open_run(workers=workers, judges=("openai/j",), **fields)
        run.resources.model("openai/m")
        run.resources.judges()
        return opened

    return options_of


def test_limits_are_divided_among_the_workers(options_of):
    for share, most in zip(
        options_of(4, concurrency=30, judge_concurrency=9, model=ModelOptions(rpm=60, tpm=1000, attempts=3)),
        (7, 2),
        strict=True,
    ):
        assert (share.concurrency, share.rpm, share.tpm, share.attempts) == (most, 15, 250, 3)


def test_no_limit_stays_none_and_a_place_is_left(options_of):
    for share in options_of(4, concurrency=2, judge_concurrency=2):
        assert (share.concurrency, share.rpm, share.tpm) == (1, None, None)


def test_neither_a_model_nor_a_judge_needs_a_key_for_what_is_replayed(options_of):
    assert [share.replayed for share in options_of(1, cache="replay")] == [True, True]
    assert [share.replayed for share in options_of(1)] == [False, False]
