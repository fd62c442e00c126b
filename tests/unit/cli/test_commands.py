"""The command line, as a person types it."""

import io
import json
from importlib.metadata import EntryPoint

import pytest

from pytest_evalscope.benchmarks import catalogue, names
from pytest_evalscope.cli import main


@pytest.fixture
def run(invoke, monkeypatch, tmp_path):
    """Type a command line in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALSCOPE_DATA_DIR", raising=False)

    def typed(*words):
        result = invoke(words)
        assert result.exception is None or isinstance(result.exception, SystemExit), "no traceback ever"
        return result

    return typed


@pytest.fixture
def mirror(tmp_path):
    """A mirror with three rows of GSM8K, where the card promises more, and four few-shot examples."""
    folder = tmp_path / "mirror" / "openai" / "gsm8k" / "main"
    folder.mkdir(parents=True)
    rows = [{"question": f"What is {n} \x1b[31m+ 1?", "answer": f"One more.\n#### {n + 1}"} for n in range(4)]
    lines = [json.dumps(row) + "\n" for row in rows]
    (folder / "train.jsonl").write_text("".join(lines))
    (folder / "test.jsonl").write_text("".join(lines[:3]))
    return str(tmp_path / "mirror")


def test_help_names_the_commands(run):
    shown = run("-h").stdout
    assert all(name in shown for name in ("init", "benchmarks", "prefetch"))


def test_the_list_has_every_benchmark(run):
    result = run("benchmarks")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[2:]] == list(names())


def test_the_list_says_which_benchmarks_are_broken_or_not_used(run, monkeypatch):
    known = list(names())
    points = [
        EntryPoint(name, value, catalogue.GROUP)
        for name, value in (("gsm8k", "theirs:X"), ("lost", "no_such_module_at_all:X"), ("odd", "not a place!"))
    ]
    monkeypatch.setattr(catalogue, "entry_points", lambda group: points)
    catalogue._places.cache_clear()
    try:
        result, narrowed = run("benchmarks"), run("benchmarks", "--tag", "math", "--json")
        described = run("benchmarks", "lost")
    finally:
        catalogue._places.cache_clear()
    assert (result.exit_code, narrowed.exit_code, described.exit_code) == (0, 0, 2)
    assert [line.split()[0] for line in result.stdout.splitlines()[2:]] == known
    assert (
        result.stderr
        == narrowed.stderr
        == (
            "benchmark gsm8k: the one in theirs:X is not used; the built-in one of this name takes precedence\n"
            "benchmark lost: cannot be loaded from no_such_module_at_all:X "
            "(ModuleNotFoundError: No module named 'no_such_module_at_all')\n"
            "benchmark odd: cannot be loaded from not a place! "
            "(not a place in a module; accepted: package.module:NAME)\n"
        )
    )
    assert "gsm8k" in [card["name"] for card in json.loads(narrowed.stdout)]
    assert "error: benchmark lost: cannot be loaded from" in described.stderr


def test_the_list_can_be_narrowed(run):
    listed = run("benchmarks", "--tag", "math", "--json")
    cards = json.loads(listed.stdout)
    assert "gsm8k" in [card["name"] for card in cards]
    assert len(cards) < len(names()) or all("math" in [card["field"], *card["tags"]] for card in cards)


def test_a_tag_that_nothing_has(run):
    result = run("benchmarks", "--tag", "maths")
    assert result.exit_code == 2
    assert "error: --tag: unknown name ('maths'); did you mean math" in result.stderr


def test_a_tag_does_not_go_with_a_name(run):
    result = run("benchmarks", "gsm8k", "--tag", "math")
    assert result.exit_code == 2
    assert "--tag chooses from the list" in result.stderr


def test_one_benchmark_is_described(run):
    shown = run("benchmarks", "gsm8k").stdout
    assert shown.startswith("gsm8k: GSM8K\n")
    assert "subsets    1, 1,319 rows: main (1,319)\n" in shown
    assert "metrics    accuracy (primary)\n" in shown
    assert "name their folder with --data-dir" in shown


def test_its_prompt_is_shown_where_the_rows_are_at_hand(run, mirror):
    shown = run("benchmarks", "gsm8k", "--data-dir", mirror).stdout
    assert "--- user\n" in shown
    assert "What is 0 + 1?" in shown, "a terminal escape in the data is not passed on"


def test_one_card_as_json(run):
    card = json.loads(run("benchmarks", "gsm8k", "--json").stdout)
    assert card["subsets"] == {"main": 1319}
    assert card["primary_metric"] == "accuracy"


def test_a_benchmark_of_code_says_what_runs_it(run, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    shown = run("benchmarks", "humaneval").stdout
    assert "needs      sandbox\n" in shown
    assert "It runs code that a model wrote, in a sandbox: bubblewrap, on Linux, or Docker" in shown
    assert "hint:" not in shown


def test_a_benchmark_of_code_says_what_to_type_where_its_sandbox_is_missing(run, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    shown = run("benchmarks", "humaneval").stdout
    assert "\nsandbox local: the program bwrap is not installed\nhint: install bubblewrap 0.7 or newer (sudo " in shown


def test_a_benchmark_of_code_says_that_a_system_has_no_such_sandbox(run, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    shown = run("benchmarks", "humaneval").stdout
    assert "\nsandbox local: needs Linux (this is macOS)\nhint: use Docker (--eval-sandbox=docker)" in shown


def test_a_benchmark_without_code_says_nothing_of_sandboxes(run, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "sandbox" not in run("benchmarks", "gsm8k").stdout


def test_what_an_encoding_lacks_is_written_in_another_way(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr("sys.argv", ["pytest-evalscope", "eval", "--help"])
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="cp1252", write_through=True))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert b"\\u2192" in written.getvalue(), "an arrow, which Western Windows cannot write into a file"


def test_an_unknown_name_gives_the_nearest(run):
    result = run("benchmarks", "gsm9k")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: benchmark: unknown name ('gsm9k'); did you mean gsm8k or mgsm?\n"


def test_prefetch_counts_the_rows(run, mirror):
    result = run("prefetch", "gsm8k", "gsm8k", "--data-dir", mirror)
    assert result.exit_code == 0
    assert result.stdout == "gsm8k/main: 3 rows, 1,319 expected, 4 few-shot examples\n"


def test_prefetch_says_what_it_could_not_read(run, mirror, tmp_path):
    (tmp_path / "mirror" / "openai" / "gsm8k" / "main" / "test.jsonl").write_text('{"question": "no answer"}\n')
    result = run("prefetch", "gsm8k", "--data-dir", mirror)
    assert result.exit_code == 1
    assert "test.jsonl, line 1 does not fit" in result.stderr
    assert "error: prefetch: 1 of 1 could not be read (gsm8k)" in result.stderr


def test_a_hint_of_prefetch_is_not_prefetch(run, tmp_path):
    (tmp_path / "empty").mkdir()
    result = run("prefetch", "gsm8k", "--data-dir", "empty")
    assert result.exit_code == 1
    assert "hint: where a mirror is named (--data-dir, EVALSCOPE_DATA_DIR), nothing is downloaded" in result.stderr
    assert "--eval-" not in result.stderr


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_prefetch_without_a_network_says_so_once(run, monkeypatch, hub):
    def nowhere(endpoint, head):
        return f"{endpoint} cannot be reached (no route), and not downloaded before"

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    for name in ("hugging_face", "model_scope"):
        monkeypatch.setattr(f"pytest_evalscope.data.{name}.cut_off", nowhere)
    result = run("prefetch", "gsm8k", "--hub", hub)
    assert result.exit_code == 1
    assert "cannot be reached (no route), and not downloaded before\n" in result.stderr
    assert "hint: can the hub be reached from here? --hub names another one, --data-dir a mirror" in result.stderr
    assert "prefetch gsm8k" not in result.stderr
    assert len(result.stderr.splitlines()) == 3


def test_prefetch_of_an_unknown_name_reads_nothing(run, mirror):
    result = run("prefetch", "gsm8k", "nosuch", "--data-dir", mirror)
    assert (result.exit_code, result.stdout) == (2, "")


def test_prefetch_needs_a_name(run):
    assert run("prefetch").exit_code == 2


def test_init_writes_a_first_eval(run, tmp_path):
    result = run("init")
    assert result.exit_code == 0
    assert (tmp_path / "evals" / "test_smoke.py").is_file()
    assert (tmp_path / "evals" / "thresholds.toml").is_file()
    assert not (tmp_path / ".github").exists()
    assert "\n  pytest evals --model=smollm2\n" in result.stdout


def test_init_elsewhere_with_a_workflow(run, tmp_path):
    result = run("init", "app", "--ci")
    assert (tmp_path / "app" / ".github" / "workflows" / "evals.yml").is_file()
    assert "cd app && pytest evals" in result.stdout


def test_init_never_overwrites(run, tmp_path):
    mine = tmp_path / "evals" / "test_smoke.py"
    mine.parent.mkdir()
    mine.write_text("# mine\n")
    result = run("init")
    assert result.exit_code == 0
    assert "exists  evals/test_smoke.py (left as it is)" in result.stdout
    assert "wrote   evals/thresholds.toml" in result.stdout
    assert mine.read_text() == "# mine\n"


def test_init_where_nothing_can_be_written(run, tmp_path):
    (tmp_path / "evals").write_text("a file, not a folder")
    result = run("init")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: init: the file cannot be written (evals/test_smoke.py: ")
