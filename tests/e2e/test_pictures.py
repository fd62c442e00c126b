"""Pictures over a real protocol, to an endpoint that answers from their pixels: a wrong picture is a wrong answer."""

import subprocess
import sys
from contextlib import contextmanager

import orjson
import pytest

SHAPES = """
from pathlib import Path

from pytest_evalscope import Benchmark, Hub, Rows, Sample, benchmark


def question(row):
    options = "".join(f"\\n{letter}) {text}" for letter, text in zip("ABCD", row["options"]))
    return f"{row['question']}{options}\\nEnd with 'ANSWER: ' and the answer."


def right(sample, completion):
    return completion.text.rpartition("ANSWER: ")[2] == sample.target


shapes = Benchmark(
    name="shapes",
    data=Hub("local/shapes", rows=144),
    sample=lambda row: Sample(id=row["id"], input=question(row), target=row["answer"], media=(Path(row["image"]),)),
    score=right,
    needs=("image",),
)


@benchmark(shapes)
def test_shapes(scores):
    assert scores.accuracy == VALUE
"""

PAIRS = """
from itertools import permutations
from pathlib import Path

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, exact

FOLDER = Path(FROM)
COLOURS = ("red", "green", "blue", "yellow", "purple", "black")
ROWS = [{"first": one, "second": two, "turned": turned} for one, two in permutations(COLOURS, 2) for turned in (0, 1)]


def read(row):
    # The endpoint looks at the picture that comes last.
    asked = "This is <image 2>, and this <image 1>. What colour is it?" if row["turned"] else "What colour is the last?"
    return Sample(
        id="-".join(map(str, row.values())),
        input=asked,
        target=row["first"] if row["turned"] else row["second"],
        media=(FOLDER / f"{row['first']}_circle_0.png", (FOLDER / f"{row['second']}_square_1.png").read_bytes()),
    )


pairs = Benchmark(name="pairs", data=Rows(ROWS), sample=read, score=exact())


@benchmark(pairs)
def test_pairs(scores):
    assert scores.accuracy == 1
"""


@pytest.fixture
def omni(hub_dir):
    """Return a function that starts an endpoint which looks at the pictures that it is sent; of a mirror's tools."""
    tool = hub_dir.parent / "tools" / "omni_mock.py"
    if not tool.is_file():
        pytest.skip(f"no data mirror: the tools of a mirror are not beside it ({tool})")
    pytest.importorskip("PIL", reason="pillow is not installed: pip install 'pytest-evalscope[media]'")

    @contextmanager
    def started(*options):
        with subprocess.Popen([sys.executable, str(tool), *options], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            try:
                yield child.stdout.readline().strip()
            finally:
                child.kill()

    return started


def arguments(url, hub_dir, *more):
    return (
        "--model=openai/omni",
        f"--eval-api-url={url}",
        f"--eval-data-dir={hub_dir}",
        "--eval-cache-dir=cache",
        *more,
    )


@pytest.mark.parametrize(
    ("wrong", "value"), [((), "1"), (("--wrong", "4"), "0.75")], ids=["right", "every fourth wrong"]
)
def test_every_picture_reaches_the_model_that_is_asked_about_it(wrong, value, evals, omni, hub_dir):
    (evals.path / "test_shapes.py").write_text(SHAPES.replace("VALUE", value), encoding="utf-8")
    with omni(*wrong) as url:
        status, output = evals.run(*arguments(url, hub_dir))
    assert status == 0, output
    metric = evals.report("shapes")["overall"]["metrics"]["accuracy"]
    assert (metric["value"], metric["n"]) == (float(value), 144)
    kept = {path.stem for path in (evals.folder / "media").iterdir()}
    [file] = (evals.folder / "predictions").glob("*/shapes/*.jsonl")
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert {line["messages"][0]["content"][0]["sha256"] for line in lines} == kept
    assert b"base64" not in file.read_bytes()
    status, output = evals.run(*arguments("http://127.0.0.1:9/v1", hub_dir), f"--eval-run-dir={evals.folder.resolve()}")
    assert status == 0, output
    assert {path.stem for path in (evals.folder / "media").iterdir()} == kept


def test_two_pictures_are_bound_in_the_right_order(evals, omni, hub_dir):
    folder = hub_dir / "local" / "shapes" / "default" / "images"
    (evals.path / "test_pairs.py").write_text(PAIRS.replace("FROM", repr(str(folder))), encoding="utf-8")
    with omni() as url:
        status, output = evals.run(*arguments(url, hub_dir))
    assert status == 0, output
    assert evals.report("pairs")["overall"]["metrics"]["accuracy"]["n"] == 60


def test_a_picture_beyond_the_limits_is_made_smaller_and_that_is_said(evals, omni, hub_dir):
    (evals.path / "test_shapes.py").write_text(SHAPES.replace("VALUE", "1"), encoding="utf-8")
    limits = ("--eval-limit=20", "--eval-media-max-pixels=900")
    with omni() as url:
        status, output = evals.run(*arguments(url, hub_dir, *limits))
        assert status == 0, output
        assert "shapes of openai/omni: pictures beyond the limits, resized before they were sent: 20" in " ".join(
            output.split()
        )
        status, output = evals.run(*arguments(url, hub_dir, *limits, "--eval-media-oversize=refuse"))
    assert status == 10, output  # a gate that cannot be computed
    assert "media: the image is too large (image/png, 32 x 32 pixels; accepted: up to 900" in " ".join(output.split())


def test_a_blind_model_is_told_before_anything_is_sent(evals, hub_dir):
    (evals.path / "test_shapes.py").write_text(SHAPES.replace("VALUE", "1"), encoding="utf-8")
    status, output = evals.run("--model=fake/echo", f"--eval-data-dir={hub_dir}")
    assert status == 10, output  # a gate that cannot be computed
    assert "model fake/echo: takes no image, needed by shapes" in " ".join(output.split())
    assert evals.report("shapes")["overall"]["requests"] == 0
