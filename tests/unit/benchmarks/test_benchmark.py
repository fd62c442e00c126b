"""A benchmark as a value: what its empty slots become, and the samples and few-shot examples that it reads."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import orjson
import pytest

from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.benchmarks.benchmark import content_id
from pytest_evalscope.data import File, Rows, Source
from pytest_evalscope.errors import DataError, MediaError, UnknownName, UsageError
from pytest_evalscope.scorers import exact, judge
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Columns, Sample

SOURCE = Source(offline=True)
MADE = Benchmark(
    name="mine",
    data=Rows({"a": [{"q": "1?"}, {"q": "2?"}, {"q": "1?"}, {"q": "1?"}]}),
    sample=lambda row: Sample(input=row["q"], target="x"),
    score=exact(),
)


@dataclass(frozen=True)
class Scorer:
    """A scorer with three values that needs a judge."""

    metrics: tuple[str, ...] = ("one", "two", "three")
    needs: tuple[str, ...] = ("judge", "ifeval")

    def __call__(self, sample, completion, context):
        raise NotImplementedError

    def failed(self, sample):
        return dict.fromkeys(self.metrics, 0.0)


def test_empty_slots_are_filled():
    assert (list(MADE.metrics), MADE.primary_metric, MADE.needs) == (["accuracy"], "accuracy", ())
    assert (
        MADE.metrics["accuracy"](Columns(values={"accuracy": [1.0, 0.0]}, clusters=[0, 1], samples=[0, 1])).value == 0.5
    )
    assert (MADE.solve, MADE.aggregation, MADE.version, MADE.languages) == (chat(), "mean", "1", ("en",))
    assert (dict(MADE.params), MADE.axes, MADE.vary, MADE.tags) == ({}, (), None, ())
    made = replace(MADE, score=Scorer(), metrics={}, primary_metric="", needs=("sandbox", "judge"))
    assert (list(made.metrics), made.primary_metric) == (["one", "two", "three"], "one")
    assert made.needs == ("sandbox", "judge", "ifeval")
    own = replace(made, metrics={"sum": made.metrics["one"], "one": made.metrics["one"]}, primary_metric="")
    assert own.primary_metric == "sum"


def mistaken(**fields):
    with pytest.raises((UnknownName, UsageError)) as caught:
        replace(MADE, score=Scorer(), **{"metrics": {}, "primary_metric": "", **fields})
    return caught.value.message


def test_a_mistake_in_its_declaration_is_told():
    assert mistaken(primary_metric="on").startswith("primary metric of mine: unknown name ('on')")
    place = "value of the scorer of mine, for a heat map: unknown name "
    assert mistaken(axes=("one", "tow")).startswith(f"{place}('tow')")
    metrics = {"sum": MADE.metrics["accuracy"]}
    assert mistaken(metrics=metrics, axes=("one", "two")).startswith(f"{place}('sum')")
    assert mistaken(axes=("one",)) == "mine: a heat map has two axes (one); name two values or none"
    assert mistaken(axes=("one", "two", "three")).startswith("mine: a heat map has two axes (one, two, three);")
    assert replace(MADE, score=Scorer(), metrics={}, primary_metric="", axes=("one", "two")).axes == ("one", "two")
    assert replace(MADE, metrics=metrics, primary_metric="sum").primary_metric == "sum"


ROWS = "accepted: Rows([…]), File(…), Hub(…)"
HINT = ROWS + "\nhint: put it in {0}: Benchmark(data={0}, …)"


@pytest.mark.parametrize(
    ("slot", "value", "says"),
    [
        ("data", [{"q": 1}], "data is a list; " + HINT.format("Rows([…])")),
        ("data", "rows.jsonl", "data is a str; " + HINT.format("File(…)")),
        ("data", PurePosixPath("rows"), "data is a PurePosixPath; " + HINT.format("File(…)")),
        ("data", Rows, "data is the class Rows; " + ROWS),
        ("data", None, "data is a NoneType; " + ROWS),
        ("sample", "q", "sample is a str; accepted: a function from a row to a Sample"),
        ("solve", "chat", "solve is a str; accepted: a solver such as chat(), or an async function (sample, context)"),
        ("metrics", ["accuracy"], ("metrics is a list; accepted: metric → function of all scores, "
         "such as {'accuracy': mean('accuracy')}")),
        ("metrics", {"accuracy": "mean"}, ("metrics['accuracy'] is a str; "
         "accepted: a function of all scores, such as mean('accuracy')")),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_slot_is_refused_where_it_is_written(slot, value, says):
    with pytest.raises(UsageError) as caught:
        replace(MADE, **{slot: value})
    assert str(caught.value) == f"Benchmark mine: {says}"


def test_samples_have_their_ids_subset_and_digest_filled_in():
    first, second, third, fourth = MADE.samples("a", SOURCE)
    digest = content_id(Sample(input="1?", target="x"))
    assert (first.id, first.digest, first.subset) == (digest, digest, "a")
    assert (third.id, fourth.id, third.digest) == (f"{digest}~1", f"{digest}~2", digest)
    assert (second.id, second.digest) == (content_id(Sample(input="2?", target="x")),) * 2
    named = replace(MADE, sample=lambda row: Sample(id="7", input=row["q"], target="x"))
    assert [(each.id, each.digest) for each in named.samples("a", SOURCE)][0::2] == [("7", digest), ("7~2", digest)]
    assert [each.input for each in MADE.samples("a", SOURCE, limit=2)] == ["1?", "2?"]
    assert list(MADE.samples("a", SOURCE, limit=0)) == []


def test_an_id_is_the_same_in_every_release():
    # Stored results are found again by it.
    assert content_id(Sample(input="Q é", choices=("a", "b"), target=("A", "B"), group="g")) == "0c9d4e6024501e3b"
    kinds = [
        Sample(input="1"),
        Sample(input="2"),
        Sample(input="1", target="x"),
        Sample(input="1", choices=("x",)),
        Sample(input="1", group="x"),
    ]
    assert len({content_id(sample) for sample in kinds}) == 5
    assert content_id(Sample(input="1", id="x", subset="y", metadata={"z": 1})) == content_id(Sample(input="1"))


class Examples:
    """Rows to ask, and others for few-shot examples."""

    subsets = ("a",)

    def __init__(self, *examples):
        self.examples, self.taken = examples, 0

    def size(self, subset):
        return 1

    def read(self, subset, *, part="eval", source):
        assert (subset, part, source) == ("a", "few_shot", SOURCE)
        assert source.most == 2, "a hub may stream them"
        for example in self.examples:
            self.taken += 1
            yield example


def test_worked_examples_are_the_first_of_their_part_and_no_more_are_read():
    data = Examples({"q": "e1"}, {"q": "e2"}, {"q": "e3"})
    made = replace(MADE, data=data, solve=chat(few_shot=2))
    assert [(each.input, each.subset) for each in made.shots("a", SOURCE)] == [("e1", "a"), ("e2", "a")]
    assert data.taken == 2
    assert replace(made, solve=chat()).shots("a", SOURCE) == ()
    assert data.taken == 2

    async def solver(sample, context):
        raise NotImplementedError

    assert replace(made, solve=solver).shots("a", SOURCE) == ()


def test_too_few_worked_examples_and_one_that_cannot_be_read_are_told():
    made = replace(MADE, data=Examples({"q": "e1"}), solve=chat(few_shot=2))
    with pytest.raises(DataError) as caught:
        made.shots("a", SOURCE)
    assert caught.value.message == "mine/a: 2 few-shot examples requested, the data has 1"
    made = replace(MADE, data=Examples({"q": "e1"}, {"p": 1, "r": 2}), solve=chat(few_shot=2))
    with pytest.raises(DataError) as caught:
        made.shots("a", SOURCE)
    assert caught.value.message == (
        "mine/a: row 1 does not fit (KeyError: 'q' at tests/unit/benchmarks/test_benchmark.py:21); its fields: p, r"
    )


def test_pictures_count_in_an_id_by_their_bytes(tmp_path, png, gif):
    (tmp_path / "x.png").write_bytes(png())
    ids = [content_id(Sample(input="?", media=media)) for media in ((), (gif,), (tmp_path / "x.png",), (png(),))]
    assert len(set(ids)) == 3
    assert ids[2] == ids[3]
    said = ({"role": "user", "content": ({"type": "media", "media": gif},)},)
    assert content_id(Sample(input=said)) != content_id(Sample(input=({"role": "user", "content": ()},)))


@pytest.fixture
def pets(tmp_path, monkeypatch, png):
    """A benchmark whose rows name files beside their own, read from elsewhere."""
    data, here = tmp_path / "data", tmp_path / "here"
    for folder in (data, here):
        folder.mkdir()
    (data / "cat.png").write_bytes(png())
    (data / "dog.png").write_bytes(png()[:-9])
    rows = [{"q": "cat?", "file": "cat.png"}, {"q": "dog?", "file": "dog.png"}]
    (data / "pets.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    monkeypatch.chdir(here)
    made = lambda row: Sample(input=row["q"], media=(Path(row["file"]),))  # noqa: E731  # a slot of the benchmark
    return replace(MADE, data=File(data / "pets.jsonl"), sample=made)


def test_pictures_are_found_beside_the_file_that_names_them(pets):
    sample = next(pets.samples("default", SOURCE))
    assert sample.media[0].mime == "image/png"


def test_a_broken_picture_is_told_with_the_row_that_names_it(pets, tmp_path):
    with pytest.raises(MediaError) as caught:
        list(pets.samples("default", SOURCE))
    place = tmp_path / "data" / "pets.jsonl"
    told = "media: dog.png ends before the end that its header names (image/png)"
    assert caught.value.message == f"mine/default: {place}, line 2: {told}"


def test_a_picture_that_is_not_there_is_told_with_its_row(png):
    made = replace(MADE, sample=lambda row: Sample(input=row["q"], media=(Path("nowhere.png"),)))
    with pytest.raises(MediaError, match=r"^mine/a: row 0: media: no such file \(nowhere.png; looked for at /"):
        next(made.samples("a", SOURCE))


def test_a_tag_of_some_subsets_belongs_to_those_alone():
    made = load("smoke_knowledge")
    assert made.tags_of("en") == ("en", "knowledge", "multiple_choice", "smoke")
    assert made.tags_of("zh") == ("zh", "knowledge", "multiple_choice", "smoke")
    assert made.tags_of("en", ("zh", "mine")) == ("mine",)
    assert load("gsm8k").tags_of("main") == load("gsm8k").tags


@pytest.mark.parametrize("name", [name for name in names() if {"en", "zh"} <= {*load(name).tags}])
def test_a_benchmark_in_two_languages_says_which_subset_is_in_which(name):
    made = load(name)
    if name == "longbench_v2":
        assert not made.subset_tags, "its subsets are lengths, each with texts in both languages"
        return
    assert set(made.subset_tags) == set(made.data.subsets)
    assert all(len({"en", "zh"} & {*made.tags_of(subset)}) == 1 for subset in made.data.subsets)
    assert {tag for tags in made.subset_tags.values() for tag in tags} <= {*made.tags}


def test_what_lies_in_zero_to_one_is_known_of_our_own_scorers_alone():
    assert MADE.is_share("accuracy")
    assert load("drop").is_share("f1")
    assert load("bc5cdr").is_share("precision")
    assert not load("mt_bench").is_share("judge_score")
    assert not replace(MADE, score=lambda sample, completion: 85).is_share("accuracy")
    own = {"accuracy": lambda columns: MADE.metrics["accuracy"](columns)}
    assert not replace(MADE, metrics=own).is_share("accuracy")
    labels = {"A": {"accuracy": 100}, "B": {}}
    assert not replace(MADE, score=judge(labels=labels)).is_share("accuracy"), "labels say their worth"
