"""The arena's parts: who meets whom, and what finished runs have in common."""

import json
from dataclasses import replace
from shutil import rmtree
from types import SimpleNamespace

import pytest

from pytest_evalscope.arenas import Field, entrants_of, pairs_of
from pytest_evalscope.arenas.battle import Nobody
from pytest_evalscope.arenas.replies import (
    Answered,
    paired,
    read_completions,
    read_targets,
    replied,
)
from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import DataError, UnknownName, UsageError
from pytest_evalscope.folder.jobs import write_job_manifest
from pytest_evalscope.run import Job, RunFolder
from pytest_evalscope.run.job_manifests import manifest_of
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Context, Sample


@pytest.fixture
def finished(tmp_path):
    """Makes the folder of a finished run: model → data set → subsets."""

    def made(name, **models):
        for model, data in models.items():
            for benchmark, subsets in data.items():
                for subset in subsets:
                    made = replace(load("smoke_facts"), name=benchmark, data=Rows({subset: [{}]}))
                    job = Job(benchmark=made, subset=subset, model=model)
                    folder = RunFolder(tmp_path / name)
                    folder.create()
                    folder.write_json("configs/run.json", {"schema": 2})
                    manifest = manifest_of(job, SimpleNamespace(identity={}), planned=1, whole=1, data_hash="")
                    write_job_manifest(folder, manifest)
        return tmp_path / name

    return made


def test_pairs_are_in_the_order_of_names_so_that_a_further_model_moves_none():
    three = pairs_of(["b", "a", "c"], "c", "round_robin")
    assert three == (("a", "b"), ("a", "c"), ("b", "c"))
    assert [pair for pair in pairs_of(["b", "a", "c", "aa"], "c", "round_robin") if "aa" not in pair] == list(three)
    assert pairs_of(["b", "a", "c"], "c", "baseline") == (("a", "c"), ("b", "c"))


@pytest.mark.parametrize(
    ("models", "baseline", "schedule", "told"),
    [
        ([], "a", "round_robin", r"^arena: too few models \(none\); at least 2 are needed$"),
        (["a"], "a", "round_robin", r"^arena: too few models \(a\); at least 2 are needed$"),
        (["a", "b", "a"], "a", "round_robin", r"^arena: repeated model \(a, b, a\); accepted: each name once$"),
        (["a", "b"], "c", "round_robin", r"^arena: baseline: unknown name \('c'\)"),
        (["a", "b"], "a", "knockout", r"^arena: schedule: unknown name \('knockout'\).*baseline.*round_robin"),
    ],
)
def test_what_cannot_be_an_arena_is_told(models, baseline, schedule, told):
    with pytest.raises((UsageError, UnknownName), match=told):
        pairs_of(models, baseline, schedule)


def test_what_finished_runs_share(finished):
    one = finished("one", old={"gsm8k": ["main"], "arc": ["Easy", "Challenge"]})
    two = finished("two", new={"arc": ["Easy"], "mmlu": ["law"]})
    found = entrants_of([("", one), ("NEW", two)])
    assert [(entrant.name, entrant.model) for entrant in found.entrants] == [("old", "old"), ("NEW", "new")]
    assert found.shared == {"arc": ["Easy"]}
    assert found.left_out == ("arc/Challenge", "gsm8k/main", "mmlu/law")


def test_datasets_and_subsets_are_in_the_order_of_their_names(finished):
    data = {"boolq": ["z", "a"], "arc": ["Easy", "Challenge"]}
    one, two = finished("one", old=data), finished("two", new=data)
    found = entrants_of([("", one), ("", two)])
    assert list(found.shared.items()) == [("arc", ["Challenge", "Easy"]), ("boolq", ["a", "z"])]
    assert found.left_out == ()
    assert [entrant.folder for entrant in found.entrants] == [one, two]


def test_a_run_of_several_models_has_an_entrant_for_each(finished):
    both = finished("both", b={"arc": ["Easy"]}, a={"arc": ["Easy"], "law": ["x"]})
    found = entrants_of([("", both)])
    assert [(entrant.name, entrant.model) for entrant in found.entrants] == [("a", "a"), ("b", "b")]
    assert found.left_out == ("law/x",)


def test_runs_that_do_not_meet_are_told(finished, tmp_path):
    one, two = finished("one", old={"gsm8k": ["main"]}), finished("two", new={"arc": ["Easy"]})
    with pytest.raises(UsageError, match="no data set and subset in common"):
        entrants_of([("", one), ("", two)])
    with pytest.raises(UsageError, match="no data set and subset in common"):
        entrants_of([])
    with pytest.raises(UsageError, match=r"^arena: not a run folder \(.*nowhere\); accepted: one with configs"):
        entrants_of([("", tmp_path / "nowhere")])
    both = finished("both", old={"arc": ["Easy"]}, new={"arc": ["Easy"]})
    with pytest.raises(
        UsageError, match=r"^arena: x=.*both: one name for several models \(new, old\); accepted: a run of one$"
    ):
        entrants_of([("x", both)])
    (both / "configs" / "jobs" / "old" / "arc" / "Easy.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"Easy\.json: not the manifest of a job"):
        entrants_of([("", both)])
    rmtree(both / "configs" / "jobs")
    with pytest.raises(UsageError, match=r"^arena: no completions in this run folder \(.*both\)$"):
        entrants_of([("", both)])


def line(text, reply, **fields):
    messages = [{"role": "user", "content": text}]
    completion = None if reply is None else {"text": reply, "finish_reason": "stop"}
    return {"sample_id": "s", "repeat": 0, "messages": messages, "completion": completion, **fields}


@pytest.fixture
def replies(tmp_path):
    """Writes the replies of a run, and reads them."""

    def made(name, *lines, tail=""):
        path = tmp_path / name / "predictions" / "m" / "b" / "main.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(each) + "\n" for each in lines) + tail, encoding="utf-8")
        return read_completions(tmp_path / name, "m", "b", "main")

    return made


def test_a_reply_is_the_first_of_its_repeats_and_none_where_there_is_none(replies):
    withheld = {"text": "I", "finish_reason": "content_filter"}
    found = list(
        replies(
            "one",
            line("?", "5", repeat=1),
            line("?", "4"),
            line("?", None, sample_id="t"),
            line("?", "", sample_id="u", completion=withheld),
            tail='{"sample',
        )
    )
    asked = ({"role": "user", "content": "?"},)
    assert found == [
        Answered(id=name, messages=asked, text=text) for name, text in (("s", "4"), ("t", None), ("u", None))
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"completion": {"text": 4, "finish_reason": "stop"}},
            r"main\.jsonl: not a completion to s \(its text is not a string\)$",
        ),
        ({"completion": {"finish_reason": "stop"}}, r"main\.jsonl: not a completion to s \('text'\)$"),
        ({"messages": None}, r"main\.jsonl: not a completion to s \("),
    ],
)
def test_what_is_no_reply_is_told(replies, wrong, told):
    with pytest.raises(DataError, match=told):
        list(replies("one", {**line("?", "4"), **wrong}))


def test_replies_that_are_not_there_are_told(replies, tmp_path):
    replies("one", line("?", "4"))
    with pytest.raises(DataError, match=r"^arena: completions of m to b/other not found: .*other\.jsonl$"):
        list(read_completions(tmp_path / "one", "m", "b", "other"))
    with pytest.raises(DataError, match=r"main\.jsonl:1: not a record"):
        list(replies("five", {"sample_id": "s"}))


def reply(name, text, *words):
    return Answered(id=name, messages=tuple({"role": "user", "content": each} for each in words), text=text)


def test_pairs_are_of_prompts_that_both_were_asked_in_the_order_of_names():
    mine = [reply("b", "1", "?"), reply("a", "2"), reply("c", "3", "?"), reply("d", "4")]
    theirs = [reply("d", "5", "!"), reply("a", None), reply("b", "6", "?"), reply("e", "7", "?")]
    asked, bang = ({"role": "user", "content": "?"},), ({"role": "user", "content": "!"},)
    assert list(paired(iter(mine), iter(theirs), {"b": ("x", "y"), "e": "z"})) == [
        {"id": "a", "input": (), "target": "", "first": "2", "second": None},
        {"id": "b", "input": asked, "target": ("x", "y"), "first": "1", "second": "6"},
        {"id": "d", "input": bang, "target": "", "first": "4", "second": "5"},
    ]


def test_replies_to_other_words_under_one_name_do_not_compare():
    with pytest.raises(DataError) as caught:
        list(paired(iter([reply("s", "4", "2 + 2?")]), iter([reply("s", "4", "2+2?")]), {}))
    assert caught.value.message == (
        "arena: sample s had different prompts for the two models; their completions do not compare"
    )


def test_reference_answers_are_read_from_the_marks(tmp_path):
    path = RunFolder(tmp_path).file("reviews", "m", "b", "main")
    path.parent.mkdir(parents=True)
    marks = [{"sample_id": name, "repeat": 0, "outcome": "scored", "values": {}, "target": name * 2} for name in "st"]
    path.write_text("".join(json.dumps(each) + "\n" for each in marks), encoding="utf-8")
    assert read_targets(tmp_path, "m", "b", "main") == {"s": "ss", "t": "tt"}
    assert read_targets(tmp_path, "m", "b", "other") == {}


@pytest.mark.parametrize(("text", "value", "answer"), [(" yes \n", 1.0, "yes"), (" \n", 0.0, None), ("", 0.0, None)])
def test_a_reply_counts_when_it_is_not_empty(text, value, answer):
    context = Context(model=Nobody())
    score = replied()(Sample(input="?"), Completion(text=text), context)
    assert (dict(score.values), score.answer) == ({"replied": value}, answer)
    assert failed_values(replied(), Sample(input="?")) == {"replied": 0.0}
    assert replied().metrics == ("replied",)


def test_battles_are_filed_under_the_names_of_the_pair():
    field = Field(dataset="arc", subset="Easy", pairs=(("a", "b"), ("b", "c")))
    assert list(field.battles()) == [
        (("a", "b"), ("a vs b", "arc", "Easy")),
        (("b", "c"), ("b vs c", "arc", "Easy")),
    ]
