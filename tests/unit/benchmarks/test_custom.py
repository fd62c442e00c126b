"""Benchmarks from the user's own files: multiple choice and open questions."""

import csv
import json
from functools import partial
from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.benchmarks.custom._overlap import bleu, common_subsequence, rouge, tokens
from pytest_evalscope.benchmarks.custom.general_mcq import general_mcq
from pytest_evalscope.benchmarks.custom.general_qa import general_qa
from pytest_evalscope.benchmarks.custom.general_text import general_text
from pytest_evalscope.collections import configure
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError, DataNotFound, UsageError
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Context

ROW = {"id": "7", "question": "Which is a cat?", "A": "dog", "B": "lion", "C": "ant", "answer": "B"}


def write_csv(path, *rows, delimiter=","):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, sorted({key for row in rows for key in row}), delimiter=delimiter)
        table.writeheader()
        table.writerows(rows)


def write_jsonl(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def read(benchmark, subset="default"):
    return list(benchmark.samples(subset, Source()))


def mark(benchmark, sample, reply):
    nobody: Any = None
    score = benchmark.score(sample, Completion(text=reply), Context(model=nobody))
    return score.values, score.answer


# Multiple choice


def write_parquet(path, *rows):
    pyarrow = pytest.importorskip("pyarrow", reason="parquet needs the extra `datasets`")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)


WRITE: dict[str, Any] = {
    "csv": write_csv,
    "tsv": partial(write_csv, delimiter="\t"),
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}


@pytest.mark.parametrize("suffix", WRITE)
def test_every_form_of_file_gives_the_same_samples(tmp_path, suffix):
    WRITE[suffix](tmp_path / f"cats_val.{suffix}", ROW)
    (sample,) = read(general_mcq(tmp_path), "cats")
    assert (sample.id, sample.input, sample.choices, sample.target) == (
        "7",
        "Which is a cat?",
        ("dog", "lion", "ant"),
        "B",
    )


def test_the_question_is_asked_as_evalscope_asks_it(tmp_path):
    write_jsonl(tmp_path / "cats_val.jsonl", ROW)
    benchmark = general_mcq(tmp_path)
    solve: Any = benchmark.solve
    (message,) = solve.render(read(benchmark, "cats")[0])
    assert message["content"] == (
        '回答下面的单项选择题，请选出其中的正确答案。你的回答的全部内容应该是这样的格式："答案：[LETTER]"（不带引号），'
        "其中 [LETTER] 是 A,B,C 中的一个。\n\n问题：Which is a cat?\n选项：\nA) dog\nB) lion\nC) ant\n"
    )
    assert mark(benchmark, read(benchmark, "cats")[0], "答案：B") == ({"accuracy": 1.0}, "B")


def test_subsets_are_the_files_of_the_folder(tmp_path):
    for name in ("law_val.csv", "law_dev.csv", "art.jsonl", "notes.txt", "zoo_val.tsv"):
        (tmp_path / name).write_text("question\n")
    assert general_mcq(tmp_path).data.subsets == ("art", "law", "zoo")
    assert general_mcq(tmp_path, ["zoo"]).data.subsets == ("zoo",)


def test_a_single_file_is_the_default_subset(tmp_path):
    write_jsonl(tmp_path / "cats.jsonl", ROW)
    benchmark = general_mcq(tmp_path / "cats.jsonl")
    assert benchmark.data.subsets == ("default",)
    assert len(read(benchmark)) == 1


def test_worked_examples_come_from_the_dev_file(tmp_path):
    write_jsonl(tmp_path / "cats_val.jsonl", ROW)
    write_jsonl(tmp_path / "cats_dev.jsonl", {**ROW, "id": "dev"})
    assert [shot.id for shot in general_mcq(tmp_path, few_shot=1).shots("cats", Source())] == ["dev"]


def test_options_end_where_the_first_is_missing_or_empty(tmp_path):
    write_csv(tmp_path / "cats_val.csv", ROW, {**ROW, "id": "8", "C": "", "D": "left over"})
    assert [len(sample.choices) for sample in read(general_mcq(tmp_path), "cats")] == [3, 2]


@pytest.mark.parametrize("answer", ["E", "", "BC", ["A", "B"]])
def test_an_answer_that_names_no_option_is_refused_by_its_row(tmp_path, answer):
    write_jsonl(tmp_path / "cats_val.jsonl", {**ROW, "answer": answer})
    with pytest.raises(DataError, match=r"cats_val.jsonl, line 1 does not fit \(ValueError: answer .* does not name"):
        read(general_mcq(tmp_path), "cats")


@pytest.mark.parametrize(
    ("suffix", "place"), [("csv", "line 3"), ("tsv", "line 3"), ("jsonl", "line 2"), ("parquet", "row 2")]
)
def test_a_row_that_does_not_fit_is_named_by_its_file_and_line(tmp_path, suffix, place):
    WRITE[suffix](tmp_path / f"cats_val.{suffix}", ROW, {**ROW, "answer": "Z"})
    with pytest.raises(DataError) as told:
        read(general_mcq(tmp_path), "cats")
    assert told.value.message == (
        f"general_mcq/cats: {tmp_path / f'cats_val.{suffix}'}, {place} does not fit "
        "(ValueError: answer 'Z' does not name one of A, B, C); its fields: "
        + ", ".join(sorted(ROW) if suffix in ("csv", "tsv") else ROW)
    )


@pytest.mark.parametrize("suffix", WRITE)
def test_worked_examples_may_be_of_any_form_and_are_named_too(tmp_path, suffix):
    write_jsonl(tmp_path / "cats_val.jsonl", ROW)
    WRITE[suffix](tmp_path / f"cats_dev.{suffix}", ROW, {**ROW, "answer": ""})
    assert [shot.target for shot in general_mcq(tmp_path, few_shot=1).shots("cats", Source())] == ["B"]
    with pytest.raises(DataError, match=rf"cats_dev\.{suffix}, (line|row) [23] does not fit"):
        general_mcq(tmp_path, few_shot=2).shots("cats", Source())


@pytest.mark.parametrize("suffix", WRITE)
def test_open_questions_may_be_of_any_form(tmp_path, suffix):
    WRITE[suffix](tmp_path / f"facts.{suffix}", {"query": "One?", "response": "1", "system": "Be brief."})
    (sample,) = read(general_qa(tmp_path), "facts")
    assert sample.input[0] == {"role": "system", "content": "Be brief."}
    assert sample.target == "1"


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "facts.jsonl").write_bytes(b'\xef\xbb\xbf{"query": "One?", "response": "1"}\n')
    assert len(read(general_qa(tmp_path), "facts")) == 1


@pytest.mark.parametrize("answer", [["C", "A"], "A,C", "CA", "C, A", '["A", "C"]', "['C','A']", "A、C"])
def test_several_right_options_may_be_written_in_many_ways(tmp_path, answer):
    write_jsonl(tmp_path / "cats_val.jsonl", {**ROW, "answer": answer})
    benchmark = general_mcq(tmp_path, multiple_correct=True)
    (sample,) = read(benchmark, "cats")
    assert sample.target == "A,C"
    assert mark(benchmark, sample, "答案：A、C") == ({"accuracy": 1.0}, "A,C")
    assert mark(benchmark, sample, "答案：C,A")[0] == {"accuracy": 1.0}
    assert mark(benchmark, sample, "答案：A") == ({"accuracy": 0.0}, "A")
    assert mark(benchmark, sample, "答案：A,B,C")[0] == {"accuracy": 0.0}
    assert mark(benchmark, sample, "我不知道。") == ({"accuracy": 0.0}, None)
    assert failed_values(benchmark.score, sample) == {"accuracy": 0.0}


def test_a_missing_file_names_what_was_tried(tmp_path):
    (tmp_path / "cats_val.csv").write_text("question\n")
    with pytest.raises(DataNotFound, match=r"no file of the subset 'dogs'; tried dogs_val\.jsonl, dogs\.jsonl"):
        read(general_mcq(tmp_path), "dogs")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataNotFound, match=r"no data file; one is named <subset>_val or <subset>"):
        general_mcq(tmp_path / "empty").data.subsets  # noqa: B018 - reading the folder is what may fail


def test_the_catalogues_entry_says_how_to_name_the_files():
    for name in ("general_mcq", "general_qa"):
        assert load(name).data.subsets == ("default",)
        with pytest.raises(UsageError, match=r"no folder is named .*local_path"):
            read(load(name))


# Open questions


def test_questions_and_answers_go_by_two_names_each(tmp_path):
    write_jsonl(
        tmp_path / "facts.jsonl",
        {"query": "One?", "response": "1"},
        {"question": "Two?", "answer": ["2", "two"], "id": 5},
        {"query": "Three?", "response": "3", "system": "Be brief."},
        {"messages": [{"role": "user", "content": "Four?"}], "answer": "4"},
    )
    samples = read(general_qa(tmp_path), "facts")
    assert [sample.input for sample in samples] == [
        "One?",
        "Two?",
        ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "Three?"}),
        ({"role": "user", "content": "Four?"},),
    ]
    assert [sample.target for sample in samples] == ["1", ("2", "two"), "3", "4"]
    assert samples[1].id == "5"


def test_open_questions_of_a_folder_are_in_its_test_files(tmp_path):
    write_jsonl(tmp_path / "facts_test.jsonl", {"query": "Which?", "response": "This."})
    benchmark = general_qa(tmp_path)
    assert benchmark.data.subsets == ("facts",)
    assert [sample.target for sample in read(benchmark, "facts")] == ["This."]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"query": "One?"}, "no answer or response"),
        ({"response": "1"}, "no question, query or messages"),
        ({"query": "One?", "answer": ["1", " "]}, "no answer or response"),
    ],
)
def test_a_row_without_question_or_answer_is_refused(tmp_path, row, said):
    write_jsonl(tmp_path / "facts.jsonl", row)
    with pytest.raises(
        DataError, match=rf"^general_qa/facts: .*facts\.jsonl, line 1 does not fit \(ValueError: {said}"
    ):
        read(general_qa(tmp_path), "facts")


def test_the_best_of_several_references_counts(tmp_path):
    write_jsonl(tmp_path / "facts.jsonl", {"query": "Who?", "answer": ["a black cat", "the white dog"]})
    benchmark = general_qa(tmp_path)
    (sample,) = read(benchmark, "facts")
    values, answer = mark(benchmark, sample, "It was the white dog.")
    assert (values["rouge_l_recall"], values["rouge_l_precision"]) == (1.0, 0.6)
    assert answer == "It was the white dog."
    assert benchmark.primary_metric == "rouge_l_recall"
    assert mark(benchmark, sample, "") == (failed_values(benchmark.score, sample), None)


def test_tokens_are_words_in_lower_case_and_single_chinese_characters():
    assert tokens("The Cat's 3.5 mats_2!") == ["the", "cat", "s", "3", "5", "mats", "2"]
    assert tokens("北京 is 首都。") == ["北", "京", "is", "首", "都"]


def test_rouge_of_lins_own_example():
    reference, first, second = (
        text.split() for text in ("police killed the gunman", "police kill the gunman", "the gunman kill police")
    )
    assert rouge(first, reference)["rouge_l_recall"] == 0.75
    assert rouge(second, reference)["rouge_l_recall"] == 0.5
    assert rouge(first, reference)["rouge_2_recall"] == rouge(second, reference)["rouge_2_recall"] == 1 / 3


def test_rouge_counts_a_word_as_often_as_both_have_it():
    assert rouge(["the", "the", "the"], ["the", "cat", "the", "mat"])["rouge_1_precision"] == 2 / 3


def test_bleu_clips_counts_and_punishes_brevity():
    # Papineni's example: "the" seven times against a reference that has it twice.
    assert bleu(["the"] * 7, ["the", "cat", "is", "on", "the", "mat"])["bleu_1"] == 2 / 7
    assert bleu(["the", "cat"], ["the", "cat", "is", "on"])["bleu_2"] == pytest.approx(2.718281828**-1)
    assert bleu([], ["the"]) == {"bleu_1": 0.0, "bleu_2": 0.0, "bleu_3": 0.0, "bleu_4": 0.0}
    assert bleu(list("abcd"), list("abcd")) == {f"bleu_{n}": 1.0 for n in (1, 2, 3, 4)}


def test_the_longest_common_subsequence_may_be_spread_out():
    assert common_subsequence("xaxbxcx", "abc") == 3
    assert common_subsequence("abc", "cba") == 1
    assert common_subsequence("", "abc") == common_subsequence("abc", "") == 0


def test_questions_without_references_are_left_to_a_judge(tmp_path):
    write_jsonl(tmp_path / "team.jsonl", {"query": "Why?"}, {"query": "When?", "response": "In 1999."})
    benchmark = general_qa(tmp_path, judged=True)
    first, second = read(benchmark, "team")
    assert (first.target, second.target) == ("", "In 1999.")
    assert benchmark.needs == ("judge",)
    assert (benchmark.primary_metric, tuple(benchmark.metrics)) == ("rating", ("rating",))
    score: Any = benchmark.score
    asked = [score.render(sample, "So.")[1]["content"] for sample in (first, second)]
    assert ["REFERENCE begins" in text for text in asked] == [False, True]
    assert all("a number from 1 to 10" in text for text in asked)


def test_questions_without_a_question_are_refused_by_a_judge_too(tmp_path):
    write_jsonl(tmp_path / "team.jsonl", {"response": "In 1999."})
    with pytest.raises(DataError, match="no question, query or messages"):
        read(general_qa(tmp_path, judged=True), "team")


def test_the_extra_option_judged_reaches_it_by_name(tmp_path):
    write_jsonl(tmp_path / "team.jsonl", {"query": "Why?"})
    args = {"local_path": str(tmp_path), "extra_params": {"judged": True}}
    assert configure(load("general_qa"), args, where="here").needs == ("judge",)


# Texts


def test_every_file_of_a_folder_is_read(tmp_path):
    (tmp_path / "b.md").write_text("# Second", "utf-8")
    (tmp_path / "a.txt").write_text("First: é\n", "utf-8")
    (tmp_path / "ignored.bin").write_bytes(b"\xff")
    write_jsonl(tmp_path / "c.jsonl", {"text": "Third", "id": 3}, {"text": "Fourth"})
    samples = read(general_text(tmp_path))
    assert [sample.input for sample in samples] == ["First: é\n", "# Second", "Third", "Fourth"]
    assert [sample.id for sample in samples[:3]] == ["a.txt", "b.md", "3"]
    assert [sample.input for sample in read(general_text(tmp_path / "b.md"))] == ["# Second"]


def test_texts_by_name(tmp_path):
    (tmp_path / "a.txt").write_text("One text", "utf-8")
    benchmark = configure(load("general_text"), {"local_path": str(tmp_path)}, where="here")
    assert [sample.input for sample in read(benchmark)] == ["One text"]
    assert benchmark.primary_metric == "byte_probability"


def test_no_text(tmp_path):
    with pytest.raises(DataNotFound, match=r"no text there; accepted: files with \.txt, \.md, \.jsonl"):
        read(general_text(tmp_path))
    with pytest.raises(UsageError, match="no texts are named"):
        read(general_text(""))
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(DataError, match=r"a\.txt: is not text in UTF-8 \(unexpected end of data at byte 3\)"):
        read(general_text(tmp_path))
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(DataError, match="no text to read in the field 'text'"):
        read(general_text(tmp_path))
