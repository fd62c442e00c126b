import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.gates import resolve_threshold, unused_entries

MODEL = "openai/qwen2.5-7b-instruct"


@pytest.fixture
def resolve(tmp_path):
    """Resolve for mmlu/anatomy; keyword arguments override."""

    def resolve(*command_line, declared=None, **changes):
        given = {
            "benchmark": "mmlu",
            "subset": "anatomy",
            "model": MODEL,
            "metrics": ("accuracy", "f1"),
            "primary": "accuracy",
            "command_line": command_line,
            "folder": tmp_path,
            "root": tmp_path,
            "declared": declared,
        }
        return resolve_threshold(**{**given, **changes})

    return resolve


@pytest.fixture
def write(tmp_path):
    """Write a thresholds.toml and return its path."""

    def write(text, folder="."):
        path = tmp_path / folder / "thresholds.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("command_line", "values"),
    [
        (["mmlu=0.6"], {"accuracy": 0.6}),
        (["mmlu.accuracy=0.6"], {"accuracy": 0.6}),
        (["mmlu.f1=0.6"], {"f1": 0.6}),
        (["mmlu/anatomy=0.3"], {"accuracy": 0.3}),
        (["mmlu/anatomy.f1=0.3"], {"f1": 0.3}),
        (["mmlu/anatomy.accuracy=0.3", "mmlu=0.6"], {"accuracy": 0.3}),  # the subset's own wins
        (["mmlu.accuracy=0.3", "mmlu=0.6"], {"accuracy": 0.3}),  # so does a named metric
        (["mmlu=0.6", "mmlu=0.7"], {"accuracy": 0.7}),  # and the later one
        (["mmlu=0.6", "mmlu.f1=1e-3", "gsm8k=0.9", "mmlu/virology=0.1", "mmlu_pro=1"], {"accuracy": 0.6, "f1": 0.001}),
        ([" mmlu.accuracy = -2 "], {"accuracy": -2.0}),
    ],
)
def test_the_command_line(resolve, command_line, values):
    threshold = resolve(*command_line)
    assert threshold.values == values
    assert threshold.primary == "accuracy"
    assert threshold.source == "--eval-threshold"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0.6", "--eval-threshold: not a threshold ('0.6'); accepted: NAME=X, NAME.METRIC=X or NAME/SUBSET.METRIC=X"),
        ("=0.6", "--eval-threshold: not a threshold ('=0.6')"),
        ("mmlu.accuracy=high", "--eval-threshold: not a finite number ('mmlu.accuracy=high'); accepted: NAME=X"),
        ("mmlu.accuracy=", "--eval-threshold: not a finite number ('mmlu.accuracy=')"),
        ("mmlu=nan", "--eval-threshold: not a finite number ('mmlu=nan')"),
        ("mmlu=-inf", "--eval-threshold: not a finite number ('mmlu=-inf')"),
        ("mmlu=60%", "--eval-threshold: not a finite number ('mmlu=60%')"),
    ],
)
def test_a_malformed_entry_is_refused(resolve, text, says):
    with pytest.raises(UsageError) as caught:
        resolve(text)
    assert says in str(caught.value)


def test_an_unknown_metric_is_named_with_the_nearest(resolve, write):
    with pytest.raises(UnknownName) as caught:
        resolve("mmlu.acuracy=0.6")
    assert str(caught.value) == "--eval-threshold: metric of mmlu: unknown name ('acuracy'); did you mean accuracy?"
    path = write('[default]\n"mmlu/anatomy".acuracy = 0.6\n')
    with pytest.raises(UnknownName) as caught:
        resolve()
    assert str(caught.value).startswith(f"{path} [default]: metric of mmlu/anatomy: unknown name ('acuracy')")


def test_a_misspelt_metric_is_told_in_whichever_table(resolve, write):
    write('[default]\nmmlu = 0.6\n["openai/other"]\nmmlu.acuracy = 0.6\n')
    with pytest.raises(UnknownName, match="did you mean accuracy"):
        resolve()


def test_the_file_beside_the_test(resolve, write):
    path = write(f"""
        [default]
        mmlu = 0.5
        gsm8k.accuracy = 0.9
        "mmlu/anatomy".f1 = 0.3

        ["{MODEL}"]
        mmlu.accuracy = 0.7
    """)
    threshold = resolve()
    assert threshold.values == {"accuracy": 0.7, "f1": 0.3}
    assert threshold.source == f"{path} [{MODEL}], {path} [default]"
    assert resolve(model="smollm2").values == {"accuracy": 0.5, "f1": 0.3}
    assert resolve(model="smollm2", subset="virology").values == {"accuracy": 0.5}


def test_the_nearest_file_wins_and_those_above_the_root_do_not_count(resolve, write, tmp_path):
    write("[default]\nmmlu.accuracy = 0.1\nmmlu.f1 = 0.1\n", "evals")
    write("[default]\nmmlu.accuracy = 0.2\n", "evals/knowledge")
    below = tmp_path / "evals" / "knowledge"
    assert resolve(folder=below).values == {"accuracy": 0.2, "f1": 0.1}
    assert resolve(folder=below, root=below).values == {"accuracy": 0.2}
    assert resolve(folder=below, root=tmp_path / "elsewhere").values == {"accuracy": 0.2}


def test_command_line_over_file_over_decorator(resolve, write):
    write("[default]\nmmlu = 0.5\n")
    assert resolve("mmlu=0.6", declared=0.4).values == {"accuracy": 0.6}
    assert resolve(declared=0.4).values == {"accuracy": 0.5}
    # What one level leaves open the next one fills, so that no gate is lost by setting another.
    assert resolve(declared={"f1": 0.4, "accuracy": 0.1}).values == {"accuracy": 0.5, "f1": 0.4}


def test_the_decorator(resolve):
    assert resolve(declared=0.4).values == {"accuracy": 0.4}
    assert resolve(declared=1).values == {"accuracy": 1.0}
    assert resolve(declared={"f1": 0.4}).values == {"f1": 0.4}
    assert resolve(declared=0.4).source == "the decorator"


@pytest.mark.parametrize("declared", [True, "0.6", float("nan"), {"f1": None}])
def test_a_decorators_threshold_is_a_finite_number(resolve, declared):
    with pytest.raises(UsageError, match=r"threshold= of the test of mmlu.*: not a finite number"):
        resolve(declared=declared)


def test_nothing_set_is_an_error_and_not_a_gate_that_always_holds(resolve):
    nothing: tuple[dict[str, float] | None, ...] = (None, {})
    for declared in nothing:
        with pytest.raises(UsageError) as caught:
            resolve("gsm8k=0.5", declared=declared)
        assert str(caught.value) == (
            "mmlu/anatomy: no threshold is set; it is looked for on the command line, in thresholds.toml, and in the "
            'decorator\nhint: --eval-threshold "mmlu.accuracy=0.5", or @benchmark(…, threshold=0.5)'
        )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[default\n", ": not TOML ("),
        (
            "mmlu = 0.6\n",
            ": outside of a model's table (mmlu); accepted: tables named after models, and [default]\nhint:",
        ),
        ("mmlu.accuracy = 0.6\n", ": outside of a model's table (mmlu)"),
        ("['mmlu/anatomy']\naccuracy = 0.6\n", ": outside of a model's table (mmlu/anatomy)"),
        ("[default]\nmmlu.accuracy = '0.6'\n", " [default] mmlu.accuracy: not a finite number ('0.6')"),
        ("[default]\nmmlu.accuracy = true\n", " [default] mmlu.accuracy: not a finite number (True)"),
        ("[default]\nmmlu = nan\n", " [default] mmlu: not a finite number (nan)"),
        ("[other]\n'a/b'.accuracy = inf\n", ' [other] "a/b".accuracy: not a finite number (inf)'),
        (
            "[default]\nmmlu.anatomy.accuracy = 0.6\n",
            " [default] mmlu.anatomy: a table and not a number; accepted: NAME.METRIC = X\nhint: a subset is written",
        ),
    ],
)
def test_a_malformed_file_is_named_with_the_key(resolve, write, text, says):
    path = write(text)
    with pytest.raises(UsageError) as caught:
        resolve(declared=0.1)
    assert str(caught.value).startswith(f"{path}{says}")


def test_a_file_that_is_no_text_is_told(resolve, tmp_path):
    (tmp_path / "thresholds.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not TOML"):
        resolve(declared=0.1)


def test_entries_that_were_for_nothing_in_the_run_are_found():
    ran = [("mmlu", "anatomy"), ("gsm8k", "main")]
    given = [
        "mmlu=0.5",
        "mmlu/anatomy.f1=0.5",
        "gsm8k.accuracy=0.5",
        "gsm9k.accuracy=0.5",
        "mmlu/virology=0.1",
        "mmlu_pro=1",
    ]
    assert unused_entries(given, ran) == ["gsm9k.accuracy=0.5", "mmlu/virology=0.1", "mmlu_pro=1"]
    assert unused_entries([], []) == []
