import errno
import os

import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.gates import find_threshold, no_threshold, option_entries, threshold_files
from pytest_evalscope.gates.entries import file_tables

MODEL = "openai/qwen2.5-7b-instruct"
NUMBER = "not a finite number ({}); accepted: a number such as 0.6"
OUTSIDE = (
    "outside of a model's table ({}); accepted: tables named after models, and [default]\n"
    "hint: write the line [default] above it"
)

TABLE = 'a table and not a number; accepted: NAME.METRIC = X\nhint: a subset is written "mmlu/anatomy".METRIC = X'


@pytest.fixture
def resolve(tmp_path):
    """Resolve for mmlu/anatomy; keyword arguments override."""

    def resolve(*command_line, declared=None, folder=tmp_path, root=tmp_path, **changes):
        given = {
            "benchmark": "mmlu",
            "subset": "anatomy",
            "model": MODEL,
            "metrics": ("accuracy", "f1"),
            "primary": "accuracy",
            "option": option_entries(command_line),
            "files": threshold_files(folder, root),
            "declared": declared,
        }
        return find_threshold(**{**given, **changes})

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
        ("0.6", "threshold"),
        ("=0.6", "threshold"),
        (" =0.6", "threshold"),
        ("mmlu.accuracy=high", "finite number"),
        ("mmlu.accuracy=", "finite number"),
        ("mmlu=nan", "finite number"),
        ("mmlu=-inf", "finite number"),
        ("mmlu=60%", "finite number"),
    ],
)
def test_a_malformed_entry_is_refused(resolve, text, says):
    with pytest.raises(UsageError) as caught:
        resolve(text)
    accepted = "accepted: NAME=X, NAME.METRIC=X or NAME/SUBSET.METRIC=X, such as gsm8k.accuracy=0.6"
    assert str(caught.value) == f"--eval-threshold: not a {says} ({text!r}); {accepted}"


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
    with pytest.raises(UsageError) as caught:
        resolve(declared=declared)
    what, value = (", f1", None) if isinstance(declared, dict) else ("", declared)
    number = f"not a finite number ({value!r}); accepted: a number such as 0.6"
    assert str(caught.value) == f"threshold= of the test of mmlu{what}: {number}"


def test_an_unknown_metric_of_a_decorator_is_told_with_its_place(resolve):
    with pytest.raises(UnknownName) as caught:
        resolve(declared={"loss": 0.4})
    named = "threshold= of the test of mmlu: metric of mmlu: unknown name ('loss'); known: accuracy, f1"
    assert str(caught.value) == named


def test_nothing_set_is_no_threshold_and_an_error_where_a_test_uses_one(resolve):
    assert resolve("gsm8k=0.5", declared=None) is None
    with pytest.raises(UsageError, match=r"no metric \(\{\}\); accepted: a number, or metric → number$"):
        resolve("gsm8k=0.5", declared={})
    assert str(no_threshold("mmlu", "anatomy", "accuracy")) == (
        "mmlu/anatomy: no threshold is set; looked for on the command line, in thresholds.toml, and in the "
        'decorator\nhint: --eval-threshold "mmlu.accuracy=0.5", or @benchmark(…, threshold=0.5)'
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mmlu = 0.6\n", f": {OUTSIDE.format('mmlu')}"),
        ("mmlu.accuracy = 0.6\n", f": {OUTSIDE.format('mmlu')}"),
        ("['mmlu/anatomy']\naccuracy = 0.6\n", f": {OUTSIDE.format('mmlu/anatomy')}"),
        ("[default]\nmmlu.accuracy = '0.6'\n", f" [default] mmlu.accuracy: {NUMBER.format(repr('0.6'))}"),
        ("[default]\nmmlu.accuracy = true\n", f" [default] mmlu.accuracy: {NUMBER.format(True)}"),
        ("[default]\nmmlu = nan\n", f" [default] mmlu: {NUMBER.format('nan')}"),
        ("[default]\nmmlu-x.f1 = nan\n", f" [default] mmlu-x.f1: {NUMBER.format('nan')}"),
        ("[smollm2]\n'a/b'.'f 1' = inf\n", f' [smollm2] "a/b"."f 1": {NUMBER.format("inf")}'),
        ("[smollm2]\n'a/b' = inf\n", f' [smollm2] "a/b": {NUMBER.format("inf")}'),
        (
            "[default]\nmmlu.anatomy.accuracy = 0.6\n",
            f" [default] mmlu.anatomy: {TABLE}",
        ),
    ],
)
def test_a_malformed_file_is_named_with_the_key(resolve, write, text, says):
    path = write(text)
    with pytest.raises(UsageError) as caught:
        resolve(declared=0.1)
    assert str(caught.value) == f"{path}{says}"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[default\n"])
def test_a_file_that_is_no_toml_is_told(resolve, tmp_path, content):
    (tmp_path / "thresholds.toml").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        resolve(declared=0.1)
    assert str(caught.value).startswith(f"{tmp_path / 'thresholds.toml'}: not TOML (")


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(UsageError) as caught:
        file_tables(tmp_path / "none.toml")
    assert str(caught.value) == f"{tmp_path / 'none.toml'}: cannot be read ({os.strerror(errno.ENOENT)})"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt-4o-mini", "did you mean openai/gpt-4o-mini?"),
        ("opnai/gpt-4o-mini", "did you mean openai"),
        ("smolm2", "did you mean smollm2?"),
        ("gsm8k", "no provider in the name ('gsm8k')"),
    ],
)
def test_a_table_that_can_be_of_no_model_is_refused_with_the_nearest_name(resolve, write, name, says):
    path = write(f"[default]\nmmlu = 0.2\n['{name}']\nmmlu = 0.9\n")
    with pytest.raises(UsageError) as caught:
        resolve()
    assert str(caught.value).startswith(f"{path}: table: model")
    assert says in str(caught.value)


def test_tables_of_several_models_are_silent(resolve, write):
    write("[application]\nmmlu = 0.2\n[smollm2]\nmmlu = 0.3\n['hf/a/b']\nmmlu = 0.4\n['python/app:f']\nmmlu = 0.4\n")
    assert resolve(model="smollm2").values == {"accuracy": 0.3}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("defualt", "default"), ("defaults", "default"), ("DEFAULT", "default"), ("aplication", "application")],
)
def test_a_table_whose_name_is_misspelt_is_told(resolve, write, name, nearest):
    """Its thresholds would be those of a model that no run has, and so hold nothing."""
    path = write(f"[default]\ngsm8k = 0.2\n[{name}]\ngsm8k = 0.9\n")
    with pytest.raises(UsageError) as caught:
        resolve()
    assert str(caught.value).startswith(f"{path}: table: unknown name ({name!r}); ")
    assert nearest in str(caught.value)


@pytest.mark.parametrize("place", ["EVALSCOPE_THRESHOLD", "ini key evalscope_threshold"])
def test_an_option_is_named_as_it_was_set(resolve, place):
    assert resolve(option=option_entries(["mmlu=0.6"], place)).source == place
    with pytest.raises(UsageError, match=f"^{place}: not a threshold"):
        option_entries(["mmlu"], place)
    with pytest.raises(UnknownName, match=f"^{place}: metric of mmlu"):
        resolve(option=option_entries(["mmlu.acuracy=0.6"], place))
