"""Pictures through a whole run: sent, kept once, replayed and merged."""

import asyncio
from typing import Any

import orjson
import pytest

from pytest_evalscope.api import evaluate, merge, rescore
from pytest_evalscope.arenas.replies import read_completions
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.folder.prompts import OF
from pytest_evalscope.run import Settings, Shard
from pytest_evalscope.scorers import exact
from pytest_evalscope.solvers import turns
from pytest_evalscope.types import EVERY_REQUEST, Completion, Media, Sample, media_in


class Painter:
    """A model that tells the width of the picture that it is shown."""

    can = EVERY_REQUEST
    name, identity = "painter", {"painter": 1}
    media = frozenset({"image"})

    def __init__(self) -> None:
        self.asked = 0

    async def send(self, request: Any) -> Completion:
        self.asked += 1
        await asyncio.sleep(0)
        (media,) = media_in(request.messages)
        return Completion(text=str(media.dimensions[0]) if media.dimensions else "?")

    async def aclose(self) -> None:
        """Hold nothing."""


@pytest.fixture
def settings(tmp_path):
    return lambda **fields: Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path / "out", **fields)


@pytest.fixture
def widths(png):
    return Benchmark(
        name="widths",
        data=Rows([{"width": width} for width in (3, 4, 5, 5)]),
        sample=lambda row: Sample(
            id=f"{row['width']}", input="How wide?", target=str(row["width"]), media=(png(row["width"], 2),)
        ),
        score=exact(),
    )


def files(folder):
    return sorted(path.name for path in (folder / "media").iterdir())


def predictions(folder):
    path = folder / "predictions" / "painter" / "widths" / "default.jsonl"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def prompts(folder):
    return {line["sample_id"]: line["messages"] for line in predictions(folder) if line["messages"]}


def test_a_run_folder_holds_each_picture_once(widths, settings, tmp_path, png):
    run = evaluate([widths], models=[Painter()], settings=settings(repeats=3), folder=tmp_path / "run", progress=False)
    assert run.results[0].metrics["accuracy"].value == 1
    assert files(tmp_path / "run") == sorted(Media.from_bytes(png(width, 2)).file_name for width in (3, 4, 5))
    lines = predictions(tmp_path / "run")
    assert sum(line["messages"] is not None for line in lines) == 4
    assert len(lines) == 12


def test_completions_are_scored_again_with_their_pictures(widths, settings, tmp_path):
    model = Painter()
    evaluate([widths], models=[model], settings=settings(repeats=2), folder=tmp_path / "run", progress=False)
    again = rescore(tmp_path / "run", tmp_path / "again", benchmarks=[widths], progress=False)
    assert again.summary.results[0].metrics["accuracy"].value == 1
    assert model.asked == 6, "two of the samples are the same, and requested once"
    assert files(tmp_path / "again") == files(tmp_path / "run")
    assert len(predictions(tmp_path / "again")) == 8
    assert prompts(tmp_path / "again") == prompts(tmp_path / "run")


def test_shards_are_joined_with_their_pictures(widths, settings, tmp_path):
    for index in (1, 2):
        part = settings(repeats=2, shard=Shard(index, 2))
        evaluate([widths], models=[Painter()], settings=part, folder=tmp_path / f"part-{index}", progress=False)
    merge([tmp_path / "part-1", tmp_path / "part-2"], tmp_path / "whole")
    assert len(files(tmp_path / "whole")) == 3
    assert sum(line["messages"] is not None for line in predictions(tmp_path / "whole")) == 4


def test_a_line_whose_prompt_is_in_a_line_that_is_not_taken_gets_its_own(widths, settings, tmp_path):
    for name in ("one", "two"):
        evaluate([widths], models=[Painter()], settings=settings(repeats=2), folder=tmp_path / name, progress=False)
    # Of the first run, the lines that hold prompts are lost, as if other repeats had ended first in it.
    for kind in ("predictions", "reviews"):
        path = tmp_path / "two" / kind / "painter" / "widths" / "default.jsonl"
        kept = [line for line in path.read_bytes().splitlines(keepends=True) if orjson.loads(line)["repeat"] == 0]
        other = tmp_path / "one" / kind / "painter" / "widths" / "default.jsonl"
        other.write_bytes(b"".join(kept))
    merge([tmp_path / "one", tmp_path / "two"], tmp_path / "whole")
    lines = predictions(tmp_path / "whole")
    assert len(lines) == 8
    assert all(line["messages"] for line in lines)
    assert all("messages_of" not in line for line in lines)


def test_an_arena_reads_prompts_wherever_they_are(widths, settings, tmp_path):
    evaluate([widths], models=[Painter()], settings=settings(repeats=2), folder=tmp_path / "run", progress=False)
    path = tmp_path / "run" / "predictions" / "painter" / "widths" / "default.jsonl"
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    # As if the second repeat had ended first.
    turned = [{**line, "repeat": 1 - line["repeat"], **{name: 1 for name in line if name == OF}} for line in lines]
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in turned))
    replies = list(read_completions(tmp_path / "run", "painter", "widths", "default"))
    assert len(replies) == 4
    assert all(media.path and media.path.parent.name == "media" for one in replies for media in media_in(one.messages))
    assert [len(list(media_in(one.messages))) for one in replies] == [1] * 4


def test_what_later_turns_show_is_kept_and_comes_back(png, settings, tmp_path):
    class Watcher(Painter):
        async def send(self, request: Any) -> Completion:
            sizes = [media.dimensions for media in media_in(request.messages) if media.dimensions]
            return Completion(text=" ".join(str(size[0]) for size in sizes))

    said = ({"role": "user", "content": "Look at <image 1>."}, {"role": "user", "content": "And at <image 2>?"})
    watched = Benchmark(
        name="widths",
        data=Rows([{}]),
        sample=lambda row: Sample(id="both", input=said, target="3 4", media=(png(3, 2), png(4, 2))),
        solve=turns(),
        score=exact(),
    )
    run = evaluate([watched], models=[Watcher()], settings=settings(), folder=tmp_path / "run", progress=False)
    assert run.results[0].metrics["accuracy"].value == 1
    both = [Media.from_bytes(png(width, 2)) for width in (3, 4)]
    assert files(tmp_path / "run") == sorted(media.file_name for media in both)
    [line] = predictions(tmp_path / "run")
    assert line["messages"][0]["content"][1]["sha256"] == both[0].sha256
    later = line["completion"]["trajectory"][1]["content"][1]
    assert later == {"type": "media", "kind": "image", "mime": "image/png", "sha256": both[1].sha256}
    rescore(tmp_path / "run", tmp_path / "again", benchmarks=[watched], progress=False)
    merge([tmp_path / "run"], tmp_path / "joined")
    for name in ("again", "joined"):
        assert files(tmp_path / name) == files(tmp_path / "run")
        assert predictions(tmp_path / name)[0]["completion"]["trajectory"] == line["completion"]["trajectory"]
