"""LiveCodeBench: its releases, its dates, and tests that come packed."""

import base64
import json
import pickle
import zlib
from dataclasses import replace

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.benchmarks.code import live_code_bench
from pytest_evalscope.benchmarks.code.live_code_bench import tests_of as read_tests
from pytest_evalscope.benchmarks.code.live_code_bench import unpacked
from pytest_evalscope.benchmarks.options import configure
from pytest_evalscope.data import Source
from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.types import Sample

TEXT = json.dumps([{"input": "1\n", "output": "é\n"}])


def packed(content):
    return base64.b64encode(zlib.compress(content)).decode()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("text", ["[]", TEXT, "x" * 300, "é" * 70_000])
def test_a_packed_string_is_unpacked(protocol, text):
    assert unpacked(packed(pickle.dumps(text, protocol))) == text


def test_tests_that_are_not_packed_stay():
    assert unpacked(TEXT) == TEXT


class Harm:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (packed(pickle.dumps(Harm())), "a pickle of more than a string"),
        (packed(pickle.dumps([TEXT])), "a pickle of more than a string"),
        (packed(pickle.dumps(TEXT) + pickle.dumps(Harm())[2:]), None),
        (packed(b"\x80\x04."), "a pickle of 0 strings"),
        (packed(b"not a pickle"), "opcode"),
        (packed(pickle.dumps(TEXT))[:-8], "cut off|neither JSON nor base64 of zlib"),
        (base64.b64encode(b"plain").decode(), "neither JSON nor base64 of zlib"),
        ("no base64!", "neither JSON nor base64 of zlib"),
    ],
)
def test_nothing_is_unpickled(text, message):
    if message is None:  # what stands behind the string's end is never looked at
        assert unpacked(text) == TEXT
    else:
        with pytest.raises(ValueError, match=message):
            unpacked(text)


def test_tests_that_would_fill_the_memory_are_refused(monkeypatch):
    monkeypatch.setattr(live_code_bench, "LARGEST", 1000)
    with pytest.raises(ValueError, match="more than 0 MiB"):
        unpacked(packed(pickle.dumps("x" * 10_000)))


def test_public_tests_come_first_and_a_function_is_named():
    about = {"public": '[{"input": "0", "output": "0"}]', "private": TEXT, "about": '{"func_name": "f"}'}
    tests = read_tests(Sample(input="?", metadata=about))
    assert (list(tests.inputs), list(tests.outputs), tests.function) == (["0", "1\n"], ["0", "é\n"], "f")


@pytest.mark.parametrize("private", ["[{}]", "[1]", "[", "nonsense!"])
def test_tests_that_are_none_are_told(private):
    with pytest.raises(ScorerError, match="live_code_bench: tests cannot be read"):
        read_tests(Sample(input="?", metadata={"public": "[]", "private": private, "about": "{}"}))


def test_the_releases_add_up():
    data = load("live_code_bench").data
    assert len(data.subsets) == 28
    assert data.size("release_v1") == data.size("v1") == 400
    assert data.size("release_latest") == data.size("release_v6") == data.size("v1_v6") == 1055
    assert data.size("v2_v3") == 612 - 400


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "marianna13/livecodebench_code_generation_lite_parquet/v1"
    folder.mkdir(parents=True)
    row = {"question_content": "?", "starter_code": "", "public_test_cases": "[]", "metadata": "{}"}
    days = ("2024-08-09T18:30:00", "2024-08-10T00:00:00", "2024-08-11")
    lines = [
        json.dumps({**row, "private_test_cases": "[]", "question_id": day[:10], "contest_date": day}) for day in days
    ]
    (folder / "test.jsonl").write_text("\n".join(lines))
    return Source(data_dir=tmp_path, offline=True)


@pytest.mark.parametrize(
    ("extra", "days"),
    [
        ({}, ["09", "10", "11"]),
        ({"start_date": "2024-08-10"}, ["10", "11"]),
        ({"end_date": "2024-08-10"}, ["09", "10"]),
        ({"start_date": "2024-08-09", "end_date": "2024-08-09"}, ["09"]),
        ({"start_date": None, "end_date": "2023-01-01"}, []),
    ],
)
def test_problems_of_a_time(mirror, extra, days):
    made = configure(load("live_code_bench"), {"extra_params": extra}, where="here")
    assert [sample.id for sample in made.samples("v1", mirror)] == [f"2024-08-{day}" for day in days]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"start_date": "soon"}, "live_code_bench: start_date is not a day"),
        ({"start_date": "2024-02-01", "end_date": "2024-01-01"}, "end_date is before start_date"),
        ({"begin": "2024-02-01"}, "here: extra_params do not fit"),
        (["2024"], "here: extra_params is not a dict"),
    ],
)
def test_what_is_no_time_is_told(extra, message):
    with pytest.raises(UsageError, match=message):
        configure(load("live_code_bench"), {"extra_params": extra}, where="here")


def test_under_another_name_it_has_its_extras_too():
    renamed = replace(load("live_code_bench"), name="recent")
    made = configure(renamed, {"extra": {"start_date": "2024-08-10"}}, where="here")
    assert (made.name, made.data.size("v1")) == ("recent", None)


def test_a_benchmark_without_extras_says_so():
    with pytest.raises(UsageError, match="here: humaneval does not accept extra_params"):
        configure(load("humaneval"), {"extra_params": {"start_date": "2024-01-01"}}, where="here")


def test_bigcodebench_is_asked_in_two_ways():
    rows = {"task_id": "1", "instruct_prompt": "say", "complete_prompt": "def f", "code_prompt": "def f():"}
    row = {**rows, "canonical_solution": "    pass", "test": ""}
    plain, complete = (
        configure(load("bigcodebench"), {"extra": extra}, where="here")
        for extra in ({}, {"split": "complete", "calibrate": False})
    )
    assert (plain.sample(row).input, complete.sample(row).input) == ("say", "def f")
    assert (plain.sample(row).metadata["head"], complete.sample(row).metadata["head"]) == ("def f():\n    pass\n", "")
    with pytest.raises(UsageError, match=r"bigcodebench: split: unknown name \('both'\)"):
        configure(load("bigcodebench"), {"extra": {"split": "both"}}, where="here")
