"""Options of a leaf, by EvalScope's names and ours."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.benchmarks.custom.general_mcq import general_mcq
from pytest_evalscope.benchmarks.options import UNSUPPORTED, lookup, mixed_path
from pytest_evalscope.collections import configure, subsets_of
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.scorers import exact, likeliest, true_mass
from pytest_evalscope.solvers import chat, likelihood, multiple_choice
from pytest_evalscope.types import Sample

WHERE = "schema root/a"


@pytest.mark.parametrize(
    "args",
    [
        {"few_shot_num": 3, "system_prompt": "Be brief.", "prompt_template": "Say: {question}"},
        {"few_shot": 3, "system": "Be brief.", "template": "Say: {input}"},
    ],
)
def test_both_names_of_an_option_mean_the_same(make, args):
    solve: Any = configure(make("a", x=1), args, where=WHERE).solve
    assert (solve.few_shot, solve.system, solve.template) == (3, "Be brief.", "Say: {input}")


def test_no_options_change_nothing(make):
    benchmark = make("a", x=1)
    assert configure(benchmark, {}, where=WHERE) is benchmark


def test_subsets_come_in_the_order_of_the_data(make):
    benchmark = make("a", x=1, y=1, z=1)
    assert subsets_of(benchmark, {}, where=WHERE) == ("x", "y", "z")
    assert subsets_of(benchmark, {"subset_list": ["z", "x", "z"]}, where=WHERE) == ("x", "z")


@pytest.mark.parametrize("wanted", ["x", [], [1], None, {"x": 1}])
def test_a_list_of_subsets_must_be_one(make, wanted):
    if wanted is None:
        assert subsets_of(make("a", x=1), {"subset_list": wanted}, where=WHERE) == ("x",)
        return
    with pytest.raises(UsageError, match=r"^schema root/a: subset_list is not a list of names"):
        subsets_of(make("a", x=1), {"subset_list": wanted}, where=WHERE)


def test_an_unknown_subset_is_refused_with_the_nearest(make):
    with pytest.raises(UnknownName, match=r"^schema root/a: subset of a: unknown name \('lojic'\); did you mean logic"):
        subsets_of(make("a", logic=1, law=1), {"subset_list": ["lojic"]}, where=WHERE)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"few_shot_nun": 1}, r"args: unknown name \('few_shot_nun'\); did you mean few_shot_num"),
        ({"filters": {"regex": "x"}}, r"this option of EvalScope is not supported \('filters'\)"),
        ({"few_shot_num": 1, "few_shot": 2}, r"one option under two names \(few_shot_num and few_shot\)"),
        ({"few_shot_num": -1}, r"few_shot_num is not a whole number of at least 0 \(-1\)"),
        ({"few_shot_num": True}, r"few_shot_num is not a whole number of at least 0 \(True\)"),
        ({"few_shot_num": "3"}, r"few_shot_num is not a whole number of at least 0 \('3'\)"),
        ({"few_shot": 2.5}, r"few_shot is not a whole number of at least 0 \(2\.5\)"),
        ({"few_shot": 2.0}, r"few_shot is not a whole number of at least 0 \(2\.0\)"),
        ({"few_shot": None}, r"few_shot is not a whole number of at least 0 \(None\)"),
        ({"system_prompt": 7}, r"system_prompt is not text \(7\)"),
        (
            {"prompt_template": "Hello"},
            r"prompt_template has no place for the question \('Hello'\); accepted: one with {question}",
        ),
        (
            {"local_path": "x"},
            "a does not accept local_path; accepted by: general_mcq, general_qa, general_text\\n",
        ),
        ({"few_shot_num": "3"}, r"few_shot_num is not a whole number of at least 0 \('3'\)$"),
        ({"template": 7}, r"template is not text \(7\)$"),
        ({"extra_params": {"x": 1}}, "a does not accept extra_params$"),
        ({"extra": [1]}, r"extra is not a dict \(\[1\]\)$"),
        (
            {"subset_list": ["x"], "subsets": ["x"]},
            r"one option under two names \(subset_list and subsets\)$",
        ),
        ({"dataset_id": "x", "path": "y"}, r"one option under two names \(local_path and path\)$"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(make, args, said):
    with pytest.raises(UsageError, match=f"^schema root/a: {said}"):
        configure(make("a", x=1), args, where=WHERE)


def test_a_local_copy_is_named_by_another_option(make):
    with pytest.raises(UsageError) as caught:
        configure(make("a", x=1), {"local_path": "x"}, where=WHERE)
    assert caught.value.hint == "a local copy of a benchmark's data is named by --eval-data-dir"


@pytest.mark.parametrize("option", UNSUPPORTED)
def test_options_of_evalscopes_that_mean_nothing_here_are_refused_by_name(make, option):
    with pytest.raises(UsageError) as caught:
        configure(make("a", x=1), {option: "other"}, where=WHERE)
    told = f"this option of EvalScope is not supported ({option!r}); leave it out"
    assert caught.value.message == f"{WHERE}: {told}"


@pytest.mark.parametrize("option", UNSUPPORTED)
@pytest.mark.parametrize("value", [None, False, "", (), {}])
def test_a_value_that_changes_nothing_is_accepted(make, option, value):
    benchmark = make("a", x=1)
    assert configure(benchmark, {option: value}, where=WHERE) is benchmark


@pytest.mark.parametrize(("option", "value"), [("aggregation", "mean"), ("filters", {"remove_until": "</think>"})])
def test_so_is_what_is_done_anyway(make, option, value):
    benchmark = make("a", x=1)
    assert configure(benchmark, {option: value}, where=WHERE) is benchmark


def test_the_question_s_own_template_is_a_part_of_the_prompt(make):
    benchmark = make("a", x=1)

    def template(**args):
        solve: Any = configure(benchmark, args, where=WHERE).solve
        return solve.template

    whole = template(prompt_template="Q: {question}!")
    assert template(query_template="Q: {question}!") == whole
    assert template(query_template="Q: {question}", prompt_template="{query}!") == whole
    assert template(query_template=None, prompt_template="Q: {question}!") == whole
    with pytest.raises(UsageError, match="query_template has no place in prompt_template"):
        template(query_template="Q: {question}", prompt_template="{question}")


def test_a_review_s_time_is_that_of_a_program(make):
    scored: Any = configure(load("humaneval"), {"review_timeout": 9}, where=WHERE).score
    assert scored.limits.seconds == 9
    assert configure(rule := make("a", x=1), {"review_timeout": 9}, where=WHERE) is rule, "a rule has no limit"
    for value in (0, -1, "9", True):
        with pytest.raises(UsageError, match="review_timeout is not a number of seconds above 0"):
            configure(make("a", x=1), {"review_timeout": value}, where=WHERE)


def test_no_worked_examples_are_an_option_too(make):
    solve: Any = configure(make("a", few_shot=3, x=1), {"few_shot_num": 0}, where=WHERE).solve
    assert solve.few_shot == 0


def test_evalscopes_templates_ask_in_the_words_of_our_solver(make):
    def asked(benchmark, template):
        solve: Any = configure(benchmark, {"prompt_template": template}, where=WHERE).solve
        return solve.template

    chatting, choosing = make("a", x=1), replace(make("a", x=1), solve=multiple_choice())
    assert asked(chatting, "Q: {query} {question} {input}") == "Q: {input} {input} {input}"
    assert asked(choosing, "Q: {query} {question}") == "Q: {question} {question}"
    with pytest.raises(UsageError) as caught:
        asked(choosing, "Q: {input}")
    told = "prompt_template has no place for the question ('Q: {input}'); accepted: one with {question}"
    assert caught.value.message == f"{WHERE}: {told}"


def test_a_benchmark_that_varies_takes_extra_params_and_keeps_its_name(make):
    def vary(shots=0):
        return replace(benchmark, name="other", solve=chat(template="Q: {input}", few_shot=shots))

    benchmark = make("a", x=1)
    benchmark = replace(benchmark, vary=vary)
    made = configure(benchmark, {"extra_params": {"shots": 4}, "system": "Hi"}, where=WHERE)
    solve: Any = made.solve
    assert (made.name, solve.few_shot, solve.system) == ("a", 4, "Hi")
    with pytest.raises(UsageError, match=r"^schema root/a: extra_params do not fit \(.*'colour'"):
        configure(benchmark, {"extra_params": {"colour": 1}}, where=WHERE)


def test_a_benchmark_whose_texts_may_be_the_users_has_its_own(tmp_path):
    assert lookup("needle_haystack", {}, [], where=WHERE).name == "needle_haystack"
    data: Any = lookup("needle_haystack", {"local_path": tmp_path}, [], where=WHERE).data
    assert data.folder == tmp_path


def test_a_benchmark_of_files_keeps_its_name_and_what_it_was_made_with(tmp_path):
    made = general_mcq(tmp_path, few_shot=2, name="mine")
    data: Any = configure(made, {"extra_params": {"use_cot": True}}, where=WHERE).data
    assert data.path == tmp_path
    moved: Any = configure(made, {"local_path": tmp_path / "other"}, where=WHERE)
    assert (moved.name, moved.data.path, moved.solve.few_shot) == ("mine", tmp_path / "other", 2)


@pytest.mark.parametrize("name", ["general_mcq", "general_qa", "general_text"])
def test_a_form_of_files_needs_files_unless_samples_are_there(name):
    assert lookup(name, {}, [], where=WHERE, stored=True).name == name
    for path in (None, "", 7):
        with pytest.raises(UsageError) as caught:
            lookup(name, {} if path is None else {"local_path": path}, [], where=WHERE)
        told = f"local_path names no file or folder ({path!r}); it is needed here"
        assert caught.value.message == f"{WHERE}: {told}"


def test_an_unknown_benchmark_is_told_with_every_name_that_would_do(make):
    for wrong, nearest in (("wordz", "words"), ("data_colection", "data_collection"), ("gsm8", "gsm8k")):
        with pytest.raises(UnknownName, match=rf"^schema root/a: benchmark: unknown name \('{wrong}'\).* {nearest}"):
            lookup(wrong, {}, [make("words", x=1)], where=WHERE)


def test_a_mixed_set_takes_the_path_of_its_file():
    assert mixed_path({"local_path": "~/set"}, where=WHERE) == Path("~/set").expanduser()
    assert mixed_path({"dataset_id": Path("set")}, where=WHERE) == Path("set")
    with pytest.raises(UsageError) as caught:
        mixed_path({"path": "set", "system": "s", "few_shot_num": 1}, where=WHERE)
    assert caught.value.message == f"{WHERE}: a mixed set takes local_path and nothing else (few_shot, system)"


def test_a_solver_of_the_users_own_takes_no_options():
    async def ask(sample, context):
        raise NotImplementedError

    benchmark = Benchmark(name="a", data=Rows([]), sample=lambda row: Sample(input=""), score=exact(), solve=ask)
    with pytest.raises(UsageError, match="the solver of a does not accept few_shot_num"):
        configure(benchmark, {"few_shot_num": 1}, where=WHERE)


def test_a_benchmark_of_the_users_own_goes_before_the_catalogues(make):
    own = make("gsm8k", x=1)
    assert lookup("gsm8k", {}, [own], where=WHERE) is own
    assert lookup("gsm8k", {}, [], where=WHERE) is not own


def test_custom_files_need_a_path(tmp_path):
    with pytest.raises(UsageError, match=r"^schema root/a: local_path names no file or folder \(None\); it is needed"):
        lookup("general_mcq", {}, [], where=WHERE)
    made: Any = lookup("general_mcq", {"local_path": str(tmp_path), "few_shot_num": 2}, [], where=WHERE)
    assert made.data.path == tmp_path
    assert made.solve.few_shot == 2


def test_extra_params_of_custom_files_are_their_options(tmp_path):
    args = {"local_path": str(tmp_path), "extra_params": {"use_cot": True}}
    solve: Any = lookup("general_mcq", args, [], where=WHERE).solve
    assert "一步步思考" in solve.template
    for extra, said in [({"colour": 1}, "extra_params do not fit .*colour"), ([1], "extra_params is not a dict")]:
        with pytest.raises(UsageError, match=f"^schema root/a: {said}"):
            lookup("general_mcq", {**args, "extra_params": extra}, [], where=WHERE)


def test_another_solver_brings_its_own_marks(make):
    benchmark = replace(make("a", x=1), primary_metric="accuracy")
    asked = configure(benchmark, {"solve": "likelihood"}, where=WHERE)
    assert asked.solve == likelihood()
    assert asked.primary_metric == "accuracy"
    assert list(asked.metrics) == ["accuracy", "acc_norm", "acc_bytes", "acc_token"]
    solve = likelihood(by="letter", unconditional="Answer:")
    asked = configure(benchmark, {"solve": solve, "few_shot": 2, "template": "Q: {question}"}, where=WHERE)
    assert asked.solve == replace(solve, few_shot=2, template="Q: {question}")
    assert asked.score == likeliest(option=" {label}", unconditional=True)


def test_a_benchmark_of_likelihoods_keeps_its_marks(make):
    benchmark = replace(make("a", x=1), solve=likelihood(), score=true_mass(), metrics={}, primary_metric="")
    asked = configure(benchmark, {"solve": likelihood(template="{question}")}, where=WHERE)
    assert (asked.score, asked.primary_metric) == (true_mass(), "mc2")


def test_any_other_solver_leaves_the_marks_as_they_are(make):
    benchmark, solve = make("a", x=1), multiple_choice()
    assert configure(benchmark, {"solve": solve}, where=WHERE) == replace(benchmark, solve=solve)


@pytest.mark.parametrize("solve", ["likelihoods", 3, likelihood])
def test_what_is_no_solver(make, solve):
    with pytest.raises(UsageError, match=r"schema root/a: solve is no solver \(.*\); accepted: 'likelihood'"):
        configure(make("a", x=1), {"solve": solve}, where=WHERE)
