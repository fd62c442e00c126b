"""Rows of keys and values that come and go, against plain lists of columns."""

import random

import pytest

from pytest_evalscope.models.hf.cache import KeyValues

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import


class Twin:
    """A KeyValues and what it should hold: per row its tokens, each a number."""

    def __init__(self, torch, lists):
        self.torch = torch
        self.lists = lists
        self.rows = KeyValues()
        width = max(map(len, lists))
        self._append([[0.0] * (width - len(tokens)) + tokens for tokens in lists])

    def _append(self, columns):
        keys = self.torch.tensor(columns).reshape(len(columns), 1, -1, 1)
        self.rows.append(keys.expand(-1, 2, -1, 3), -keys.expand(-1, 2, -1, 5))

    def append(self, tokens):
        for row, token in zip(self.lists, tokens, strict=True):
            row.append(token)
        self._append([[token] for token in tokens])

    def merge(self, other):
        self.rows.merge(other.rows)
        self.lists += other.lists

    def drop(self, row):
        self.rows.drop(row)
        self.lists[row] = self.lists[-1]
        self.lists.pop()

    def trim(self):
        self.rows.trim(max(map(len, self.lists)))

    def check(self):
        keys, values = self.rows.window
        assert keys.shape == (len(self.lists), 2, self.rows.length, 3)
        assert values.shape == (len(self.lists), 2, self.rows.length, 5)
        assert keys.isfinite().all()
        assert values.isfinite().all()
        for row, tokens in enumerate(self.lists):
            expected = self.torch.tensor(tokens)
            assert (keys[row, :, -len(tokens) :] == expected[None, :, None]).all()
            assert (values[row, :, -len(tokens) :] == -expected[None, :, None]).all()


@pytest.mark.parametrize("seed", range(8))
def test_any_coming_and_going_keeps_every_row(torch, seed):
    rng = random.Random(seed)

    def fresh():
        return Twin(torch, [[rng.random() for _ in range(rng.randint(1, 90))] for _ in range(rng.randint(1, 4))])

    twin = fresh()
    for _ in range(400):
        move = rng.random()
        if move < 0.8:
            twin.append([rng.random() for _ in twin.lists])
        elif move < 0.9 and len(twin.lists) < 12:
            twin.merge(fresh())
        elif len(twin.lists) > 1:
            twin.drop(rng.randrange(len(twin.lists)))
            twin.trim()
        twin.check()
        assert twin.rows.length == max(map(len, twin.lists))


def test_a_step_copies_nothing(torch):
    """The tensors stay where they are while there is room: a step costs what it adds."""
    twin = Twin(torch, [[1.0] * 20, [2.0] * 30])
    twin.append([3.0, 4.0])
    place = twin.rows.window[0].data_ptr()
    for _ in range(100):
        twin.append([3.0, 4.0])
    assert twin.rows.window[0].data_ptr() == place
    twin.check()
