"""`pytest-evalscope index sample` and `show`, as a person types them; push and pull have tests of their own."""

import json

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.collections import load_mixed


@pytest.fixture
def run(invoke, monkeypatch, tmp_path):
    """Type `pytest-evalscope index …` in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALSCOPE_DATA_DIR", raising=False)

    def typed(*words):
        result = invoke(["index", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), "no traceback ever"
        return result

    return typed


@pytest.fixture
def schema(tmp_path):
    """A schema over packaged benchmarks whose two kinds of shares differ."""
    inner = {
        "name": "words",
        "weight": 2,
        "datasets": [{"name": "smoke_facts", "weight": 3}, {"name": "smoke_knowledge"}],
    }
    made = {"name": "mine", "datasets": [{"name": "smoke_arithmetic", "weight": 2}, inner]}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(made))
    return path


def rows(text):
    """The first three columns of a table: leaf → (share, samples)."""
    lines = text.partition("\n---")[2].splitlines()[1:]
    return {
        words[0]: tuple(words[1:3]) for line in lines if len(words := line.split()) > 2 and line.startswith("smoke")
    }


def test_sampling_writes_the_set_and_shows_it(run, schema, tmp_path):
    result = run("sample", "mine.json", "-o", "sets/mine.jsonl", "--count", "20")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("mine: 20 samples\n")
    assert rows(result.stdout) == {
        "smoke_arithmetic": ("0.2000", "4"),
        "smoke_facts": ("0.6000", "12"),
        "smoke_knowledge": ("0.2000", "4"),
    }
    assert result.stdout.endswith("\nwrote sets/mine.jsonl\n")
    mixed = load_mixed(tmp_path / "sets" / "mine.jsonl")
    assert len(mixed) == 20
    assert mixed.drawn.items() >= {"sampler": "weighted", "seed": 42, "count": 20, "normalize": "product"}.items()


def test_the_options_reach_the_draw(run, schema, tmp_path):
    options = ("--count", "12", "--sampler", "uniform", "--seed", "7", "--normalize", "level")
    result = run("sample", "mine.json", "-o", "mine.jsonl", *options)
    assert rows(result.stdout) == {
        "smoke_arithmetic": ("0.5000", "4"),
        "smoke_facts": ("0.3750", "4"),
        "smoke_knowledge": ("0.1250", "4"),
    }
    drawn = load_mixed(tmp_path / "mine.jsonl").drawn
    assert (drawn["sampler"], drawn["seed"], drawn["normalize"]) == ("uniform", 7, "level")


def test_the_same_line_draws_the_same_bytes(run, schema, tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        run("sample", "mine.json", "-o", name, "--count", "9")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_without_a_count_all_are_drawn(run, schema, tmp_path):
    assert run("sample", "mine.json", "-o", "mine.jsonl").exit_code == 0
    data = [load(name).data for name in ("smoke_arithmetic", "smoke_facts", "smoke_knowledge")]
    assert len(load_mixed(tmp_path / "mine.jsonl")) == sum(
        part.size(name) or 0 for part in data for name in part.subsets
    )


def test_a_shortage_is_said(run, schema):
    exist = load("smoke_facts").data.size("default")
    shown = run("sample", "mine.json", "-o", "mine.jsonl", "--count", "100").stdout
    said = f"mine/words/smoke_facts: 60 samples requested, {exist} exist; the rest was sampled from the other leaves"
    assert said in shown
    assert said in run("show", "mine.jsonl").stdout


def test_rows_come_from_the_mirror(run, tmp_path):
    (tmp_path / "math.json").write_text(json.dumps({"name": "math", "datasets": [{"name": "aime25"}]}))
    folder = tmp_path / "mirror" / "math-ai" / "aime25" / "default"
    folder.mkdir(parents=True)
    (folder / "test.jsonl").write_text('{"id": "0", "problem": "What is 1 + 1?", "answer": "2"}\n')
    result = run("sample", "math.json", "-o", "math.jsonl", "--data-dir", str(tmp_path / "mirror"))
    assert result.exit_code == 0
    assert "aime25/default: the data has 1 samples, its card promises 30" in result.stdout
    assert (
        "Put your answer inside \\boxed{}.\n\nWhat is 1 + 1?"
        in next(iter(load_mixed(tmp_path / "math.jsonl")))["prompt"]["input"][0]["content"]
    )


def test_an_unknown_benchmark_is_named_and_nothing_written(run, schema, tmp_path):
    schema.write_text(schema.read_text().replace("smoke_facts", "chinese_simple"))
    result = run("sample", "mine.json", "-o", "mine.jsonl", "--count", "20")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: schema mine/words/chinese_simple: benchmark: unknown name ('chinese_simple')" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere.json", "-o", "x.jsonl"), "error: schema nowhere.json: cannot be read (No such file or directory)"),
        (("mine.json",), "Missing option '-o'"),
        (("mine.json", "-o", "x.jsonl", "--count", "0"), "0 is not in the range x>=1"),
        (("mine.json", "-o", "x.jsonl", "--count", "2"), "error: count: not enough samples to give each of 3 leaves 1"),
        (("mine.json", "-o", "x.jsonl", "--sampler", "random"), "'random' is not one of"),
        (
            ("mine.json", "-o", "mine.json/x.jsonl"),
            "error: index sample: the file cannot be written (mine.json/x.jsonl",
        ),
    ],
)
def test_what_is_typed_wrong_is_told(run, schema, words, message):
    result = run("sample", *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_schema_is_shown_with_both_kinds_of_shares(run, schema):
    schema.write_text(schema.read_text().replace('"smoke_arithmetic"', '"my_own_set", "tags": ["code"]'))
    result = run("show", "mine.json")
    assert result.exit_code == 0
    assert result.stdout.startswith("mine: a schema of 3 data sets\n")
    cells = [line.split() for line in result.stdout.splitlines()]
    assert ["mine/my_own_set", "0.2000", "0.5000", "code"] in cells
    assert ["mine/words/smoke_facts", "0.6000", "0.3750"] in cells
    assert result.stdout.endswith("\nno benchmark of this name is known here: my_own_set\n")


def test_a_mixed_set_is_shown_with_its_provenance(run, schema, tmp_path):
    drawn = run("sample", "mine.json", "-o", "mine.jsonl", "--count", "20").stdout
    result = run("show", "mine.jsonl")
    assert result.exit_code == 0
    assert rows(result.stdout) == rows(drawn)
    assert "\nsampled: sampler weighted, seed 42, count 20, normalize product\n" in result.stdout
    assert "Every record is as it was written, none is missing, and the shares sum to 1." in result.stdout
    (tmp_path / "set").mkdir()
    (tmp_path / "mine.jsonl").rename(tmp_path / "set" / "test.jsonl")
    assert run("show", "set").stdout == result.stdout


def test_a_set_of_evalscopes_is_shown_for_what_it_is(run, tmp_path):
    record = {
        "prompt": {"input": "1 + 1?", "target": "2"},
        "weight": 0.5,
        "dataset_name": "gsm8k",
        "subset_name": "main",
        "categories": ["root", "math"],
    }
    lines = [json.dumps({"index": number, **record}) for number in range(2)]
    (tmp_path / "theirs.jsonl").write_text("\n".join(lines))
    shown = run("show", "theirs.jsonl").stdout
    assert shown.startswith("root: 2 samples\n")
    assert ["root/math/gsm8k", "1.0000", "2", "1"] in [line.split() for line in shown.splitlines()]
    assert "It does not record how it was sampled, and has no hashes" in shown


def test_a_set_that_was_changed_is_an_error(run, schema, tmp_path):
    run("sample", "mine.json", "-o", "mine.jsonl", "--count", "20")
    path = tmp_path / "mine.jsonl"
    path.write_text(path.read_text().replace('"target":"', '"target":"1', 1))
    result = run("show", "mine.jsonl")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error: mixed set mine.jsonl, line 1: the record was changed since it was written" in result.stderr


def test_benchmarks_that_are_not_known_here_do_not_keep_a_set_from_being_shown(run, schema, tmp_path):
    run("sample", "mine.json", "-o", "mine.jsonl", "--count", "20")
    own = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text().splitlines()]
    theirs = [
        {key: value for key, value in record.items() if key not in ("leaf", "sample", "hash", "provenance")}
        | {"dataset_name": "in_house"}
        for record in own
    ]
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, theirs)))
    result = run("show", "mine.jsonl")
    assert result.exit_code == 0
    assert "no benchmark of this name is known here (in_house)" in result.stdout


def test_names_from_a_file_do_nothing_in_a_terminal_or_a_log(run, tmp_path):
    nasty = {"name": "::error::x\x1b[31m", "datasets": [{"name": "smoke_facts"}]}
    (tmp_path / "nasty.json").write_text(json.dumps(nasty))
    shown = run("show", "nasty.json").stdout
    assert "\x1b" not in shown
    assert not any(line.startswith("::") for line in shown.splitlines())


def test_a_schema_cannot_be_pushed(run, schema):
    result = run("push", "mine.json", "me/mine")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: index push: a schema contains no samples (mine.json); accepted: a mixed set (.jsonl)\n"
        "hint: pytest-evalscope index sample makes one\n"
    )


def test_paths_of_this_machine_are_pointed_out_before_they_are_published(run, tmp_path, monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    (tmp_path / "quiz_val.jsonl").write_text('{"id": "1", "question": "1 + 1?", "A": "1", "B": "2", "answer": "B"}\n')
    leaf = {"name": "general_mcq", "args": {"local_path": str(tmp_path), "subset_list": ["quiz"]}}
    (tmp_path / "mine.json").write_text(json.dumps({"name": "mine", "datasets": [leaf]}))
    assert run("sample", "mine.json", "-o", "mine.jsonl").exit_code == 0
    result = run("push", "mine.jsonl", "me/mine")
    assert result.stdout.startswith("note: it names paths of this machine, in the args of general_mcq")
    assert "needs a token" in result.stderr


@pytest.mark.parametrize("words", [("nowhere.jsonl", "me/mine"), ("mine.json.bak", "me/mine")])
def test_what_cannot_be_pushed_is_told_before_a_hub_is_asked(run, tmp_path, words):
    (tmp_path / "mine.json.bak").write_text('{"not": "a record"}\n')
    result = run("push", *words)
    assert result.exit_code == 1
    assert ("mixed set not found" in result.stderr) or ("line 1: index does not fit" in result.stderr)
