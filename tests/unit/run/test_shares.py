"""What one of several workers may ask of a model."""

import pytest

from pytest_evalscope.models import ModelOptions


@pytest.fixture
def options_of(open_run, adder, monkeypatch):
    """Returns the options that a model is opened with in one of `workers`."""

    def options_of(workers, **fields):
        opened = []

        def resolve(name, options):
            opened.append(options)
            return adder()

        monkeypatch.setattr("pytest_evalscope.run.session.resolve", resolve)
        open_run(workers=workers, **fields).model("openai/m")
        return opened[0]

    return options_of


def test_limits_are_divided_among_the_workers(options_of):
    share = options_of(4, concurrency=30, model=ModelOptions(rpm=60, tpm=1000, attempts=3))
    assert (share.concurrency, share.rpm, share.tpm, share.attempts) == (7, 15, 250, 3)


def test_no_limit_stays_none_and_a_place_is_left(options_of):
    share = options_of(4, concurrency=2)
    assert (share.concurrency, share.rpm, share.tpm) == (1, None, None)
