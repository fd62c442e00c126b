"""SIGTERM ends a run as Ctrl-C does, once, and leaves handlers of others alone."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_evalscope.api.conduct import Terminated, end_on_sigterm


@pytest.fixture
def sigterm():
    """The handler of SIGTERM as this suite has it."""
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_sigterm_ends_what_is_going_on_once(sigterm):
    restore = end_on_sigterm()
    with pytest.raises(Terminated):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    restore()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_handler_of_somebody_else_is_kept(sigterm):
    def theirs(*_: object) -> None:
        """End in a way of its own."""

    signal.signal(signal.SIGTERM, theirs)
    end_on_sigterm()()
    assert signal.getsignal(signal.SIGTERM) is theirs
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(end_on_sigterm).result()()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
