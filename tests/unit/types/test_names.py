"""Folder names that every system takes, and that never meet."""

import re

import pytest

from pytest_evalscope.types.names import folder_name, new_run_name


@pytest.mark.parametrize(
    "name", ["mock-model", "a.b_C-9", "x" * 80, "console", "com", "com10", "auxiliary.txt", "a.con", "lpt"]
)
def test_a_plain_name_stays(name):
    assert folder_name(name) == name


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("openai/qwen:7b", "openai_qwen_7b"),
        ("a / b", "a_b"),
        (".hidden", "hidden"),
        ("end.", "end"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("größe", "gr_e"),
        ("\ud83d", "_"),
        ("x" * 81, "x" * 80),
        ("CON", "CON"),
        ("nul.txt", "nul.txt"),
        ("Com9", "Com9"),
        ("lpt0.a.b", "lpt0.a.b"),
        ("prn", "prn"),
        ("aux", "aux"),
    ],
)
def test_a_name_that_had_to_change_ends_in_a_hash(name, readable):
    made = folder_name(name)
    assert re.fullmatch(re.escape(readable) + "-[0-9a-f]{6}", made)
    assert folder_name(name) == made
    assert folder_name(name + "/") != made


def test_runs_that_start_in_one_second_differ():
    names = {new_run_name() for _ in range(20)}
    assert len(names) == 20
    assert all(re.fullmatch(r"20\d{6}T\d{6}Z-[0-9a-f]{6}", name) for name in names)
