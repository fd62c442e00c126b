"""Mixed sets to and fro: what is drawn here is evaluated by EvalScope too, and what EvalScope draws is evaluated here.

    python bench/interop_evalscope.py --evalscope-python PATH --data-dir DIR --mock PATH [--count 120]

PATH of `--mock` is a stand-in for an OpenAI-compatible server that takes `--port`, `--policy oracle` and `--answers` (a
JSON object from `sha256:<of the prompt>` to the reply) and prints its address; DIR is a mirror of the data. Both sides
ask it over HTTP: EvalScope by its `run_task`, we by pytest with `@index`. A prompt that is not the same to the
character has no reply, so it shows as a difference. Compared are the mark of every sample, and every number of the five
levels. Three sets: one drawn here, one drawn by EvalScope, and the worked example of EvalScope's documents. They hold
gsm8k, aime25, arc, mmlu, ifeval, ceval and custom files; replies are made, right in about six of ten, in several forms.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data
from pytest_evalscope.collections.inspect import contents_of
from pytest_evalscope.data import Source
from pytest_evalscope.reports.card import data_card

HERE = Path(__file__).parent
SUBJECTS = ("anatomy", "virology")
NEEDS_DOWNLOAD = frozenset({"length_constraints:number_sentences", "change_case:capital_word_frequency"})
"""EvalScope marks these with data of NLTK's; without them it drops the sample in silence."""
KEYS = {
    "subset": ("task_type", "dataset_name", "subset_name"),
    "dataset": ("task_type", "dataset_name"),
    "task": ("task_type",),
    "tag": ("tags",),
    "category": tuple(f"category{depth}" for depth in range(5)),
}
AVERAGES = ("micro_avg", "macro_avg", "weighted_avg", "count")
LOGIC = {
    "question": "如果所有的猫都是动物，那么下列哪一项必然为真？",
    **dict(zip("ABCD", ("所有动物都是猫", "有些动物是猫", "没有动物是猫", "有些猫不是动物"), strict=True)),
    "answer": "B",
    "explanation": "",
}
TEST = """
from pytest_evalscope import index


@index({path!r})
def test_index(report):
    assert report.count
"""

Marks = dict[str, list[float]]
"""Prompt → primary score of each sample that asks it."""
Numbers = dict[tuple[str, str, str], float]
"""(level, group, average) → value."""


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of the mirror, which may be compressed."""
    if not path.is_file():
        path = path.with_name(f"{path.name}.gz")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def copy_mirror(mirror: Path, folder: Path) -> None:
    """Link what the sets need of a mirror, leaving out the rows of ifeval that EvalScope needs a download for."""
    for part in ("openai/gsm8k", "math-ai/aime25", "allenai/ai2_arc", "cais/mmlu"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).symlink_to(mirror / part)
    part = "google/IFEval/default/train.jsonl"
    rows = rows_of(mirror / part)
    write_rows(folder / part, [row for row in rows if not NEEDS_DOWNLOAD.intersection(row["instruction_id_list"])])


def write_custom(folder: Path) -> None:
    """Write data sets of the user's own: two of multiple choice, one of open questions."""
    options = {"A": "alpha", "B": "beta", "C": "gamma", "D": "delta"}
    letters = [{"question": f"Which letter comes {i}th?", **options, "answer": "ABCD"[i % 4]} for i in range(60)]
    yes = [{"question": f"Is {i} even?", "A": "yes", "B": "no", "answer": "AB"[i % 2]} for i in range(25)]
    facts = [{"query": f"What is fact {i}?", "response": f"the fact is number {i}"} for i in range(30)]
    write_rows(folder / "letters_val.jsonl", letters)
    write_rows(folder / "yes_val.jsonl", yes)
    write_rows(folder / "facts.jsonl", facts)


def write_for_evalscope(mirror: Path, folder: Path) -> None:
    """Lay the mirror's files out as EvalScope reads a folder: a card that names them by config and split."""

    def put(name: str, config: str, split: str, rows: list[dict[str, Any]]) -> None:
        write_rows(folder / name / config / f"{split}.jsonl", rows)
        files[name][config].append({"split": split, "path": f"{config}/{split}.jsonl"})

    files: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    for split in ("train", "test"):
        put("gsm8k", "main", split, rows_of(mirror / "openai/gsm8k/main" / f"{split}.jsonl"))
    for config in ("ARC-Easy", "ARC-Challenge"):
        put("arc", config, "test", rows_of(mirror / "allenai/ai2_arc" / config / "test.jsonl"))
    for split in ("dev", "test"):
        rows = [row for subject in SUBJECTS for row in rows_of(mirror / "cais/mmlu" / subject / f"{split}.jsonl")]
        put("mmlu", "all", split, rows)
    put("ifeval", "default", "train", rows_of(mirror / "google/IFEval/default/train.jsonl"))
    aime = rows_of(mirror / "math-ai/aime25/default/test.jsonl")
    put("aime25", "default", "test", [{"problem": row.get("problem", row.get("question")), **row} for row in aime])
    for name, configs in files.items():
        entries = [{"config_name": config, "data_files": parts} for config, parts in configs.items()]
        (folder / name / "README.md").write_text(f"---\nconfigs: {json.dumps(entries)}\n---\n")


def schema_of(custom: Path, local: Path | None = None) -> CollectionSchema:
    """Return the index that both sides draw from; `local`: where EvalScope finds the benchmarks' data."""

    def leaf(name: str, weight: float, task: str, tags: list[str], **args: Any) -> DatasetInfo:
        place = {"local_path": str(local / name)} if local else {}
        return DatasetInfo(name, weight, task, tags, {**place, **args})

    own = [
        DatasetInfo("general_mcq", 2, "exam", ["own"], {"local_path": str(custom), "subset_list": ["letters", "yes"]}),
        DatasetInfo("general_qa", 1, "qa", ["own", "open"], {"local_path": str(custom), "subset_list": ["facts"]}),
    ]
    math = [leaf("gsm8k", 2, "math", ["en"], few_shot_num=4), leaf("aime25", 1, "math", ["en", "hard"])]
    rest = [
        leaf("arc", 2, "reasoning", ["en"]),
        leaf("mmlu", 1, "knowledge", ["en"], subset_list=list(SUBJECTS), few_shot_num=2),
        leaf("ifeval", 1, "instruction", ["en", "open"]),
    ]
    groups = [
        CollectionSchema("own", 2, [*own]),
        CollectionSchema("math", 3, [*math]),
        CollectionSchema("rest", 3, [*rest]),
    ]
    return CollectionSchema("interop", datasets=[*groups])


def worked_example(mirror: Path, folder: Path) -> CollectionSchema:
    """Write the rows of the worked example (5, 4 and 1) as a mirror of their own, and return its schema."""
    for config, count in (("ARC-Challenge", 5), ("ARC-Easy", 4)):
        part = Path("allenai/ai2_arc") / config / "test.jsonl"
        write_rows(folder / part, rows_of(mirror / part)[:count])
    for split, count in (("val", 1), ("dev", 5)):
        write_rows(folder / "ceval/ceval-exam/logic" / f"{split}.jsonl", [LOGIC] * count)
    arc = DatasetInfo("arc", 2, "reasoning", ["en"])
    ceval = DatasetInfo("ceval", 3, "reasoning", ["zh"], {"subset_list": ["logic"]})
    return CollectionSchema("reasoning", datasets=[arc, ceval])


def prompt_of(record: Mapping[str, Any]) -> str:
    """Return what a record of a mixed set asks."""
    asked: str = record["prompt"]["input"][-1]["content"]
    return asked


def made_reply(record: Mapping[str, Any], chance: random.Random, real: Mapping[str, str], right: bool) -> str:
    """Return a reply in one of several forms."""
    prompt, target = record["prompt"], str(record["prompt"]["target"])
    if record["dataset_name"] == "ifeval":
        return real.get(prompt["metadata"]["prompt"], "") if right else "No."
    if not right and chance.random() < 0.1:
        return "Sorry, but nothing comes to mind."
    if prompt.get("choices"):
        letters = "ABCDEFGHIJ"[: len(prompt["choices"])]
        letter = target if right else chance.choice([other for other in letters if other != target])
        if record["dataset_name"] == "ceval":
            return f"逐项分析。\n答案：{letter}"
        return chance.choice(["ANSWER: {}", "**ANSWER: {}**", "It takes two steps.\n\nANSWER: {}"]).format(letter)
    if target.replace(",", "").lstrip("-").isdigit():
        number = target if right else str(int(target.replace(",", "")) + 1)
        forms = ["So it is {}.", "The answer is {}.", "Step by step.\n\n\\boxed{{{}}}", "ANSWER: \\boxed{{{}}}"]
        return chance.choice(forms).format(number)
    words = target.split()
    return " ".join(words if right else chance.sample(words, chance.randint(1, len(words))))


def replies_of(file: Path, real: Mapping[str, str], right: Callable[[dict[str, Any], float], bool]) -> dict[str, str]:
    """Return a reply to each prompt of a mixed set."""
    chance, replies = random.Random(11), {}
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        reply = made_reply(record, chance, real, right(record, chance.random()))
        replies[f"sha256:{hashlib.sha256(prompt_of(record).encode()).hexdigest()}"] = reply
    return replies


@contextmanager
def endpoint(mock: Path, replies: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Serve the replies; yields the address."""
    answers = folder / "answers.json"
    answers.write_text(json.dumps(replies))
    command = [sys.executable, str(mock), "--port", "0", "--policy", "oracle", "--answers", str(answers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None, "its output was asked for"
        try:
            yield next(word for word in server.stdout.readline().split() if word.startswith("http"))
        finally:
            server.terminate()


def completed(command: list[str], cwd: Path, **environment: str) -> None:
    """Run a command; its own output is shown only when it fails."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def here(file: Path, url: str, data_dir: Path) -> tuple[Numbers, Marks]:
    """Evaluate a mixed set by pytest; return the levels and the marks that its run folder holds."""
    project = file.parent / "here"
    project.mkdir()
    (project / "test_index.py").write_text(TEST.format(path=str(file)))
    options = ["--model=openai/made", f"--eval-api-url={url}", f"--eval-data-dir={data_dir}", "--eval-cache=off"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    completed(command, project, OPENAI_API_KEY="none")
    run = project / "outputs" / "latest"
    marks: Marks = defaultdict(list)
    for reviews in run.glob("reviews/*/*/*.jsonl"):
        name = reviews.relative_to(run / "reviews")
        report = json.loads((run / "reports" / name.parent.with_name(f"{name.parent.name}.json")).read_text("utf-8"))
        prompts = {row["sample_id"]: row["messages"] for row in rows_of(run / "predictions" / name)}
        for row in rows_of(reviews):
            marks[prompts[row["sample_id"]][-1]["content"]].append(row["values"][report["primary_metric"]])
    return numbers_of(json.loads((run / "reports" / "index.json").read_text("utf-8"))["levels"]), marks


def there(python: str, file: Path, url: str) -> tuple[Numbers, Marks]:
    """Have EvalScope evaluate a mixed set; return its levels and marks."""
    out = file.parent / "there"
    (file.parent / "README.md").write_text(data_card(contents_of(file), "me/set").text)  # as it would be pulled
    completed([python, str(HERE / "evalscope_index.py"), "run", str(file.parent), url, str(out)], file.parent)
    (levels,) = out.rglob("collection_detailed_report.json")
    (reviews,) = out.rglob("reviews/made/data_collection_*.jsonl")
    marks: Marks = defaultdict(list)
    for review in rows_of(reviews):
        asked = [message["content"] for message in review["messages"] if message["role"] == "user"][-1]
        score = review["sample_score"]["score"]
        main = score["main_score_name"] or next(iter(score["value"]))
        marks[asked].append(float(score["value"][main]))
    return numbers_of(json.loads(levels.read_text("utf-8"))), marks


def numbers_of(levels: Mapping[str, Any]) -> Numbers:
    """Return every number of the five levels; the two sides write them almost alike."""
    found: Numbers = {}
    for name, rows in levels.items():
        level = name.removesuffix("_level")
        for row in rows:
            plain = {key.rstrip("."): value for key, value in row.items()}
            group = "/".join(str(plain[key]) for key in KEYS[level] if plain.get(key))
            found.update({(level, group, key): float(plain[key]) for key in AVERAGES if plain.get(key) is not None})
    return found


def compare(
    title: str, ours: tuple[Numbers, Marks], theirs: tuple[Numbers, Marks]
) -> tuple[list[Any], list[list[Any]]]:
    """Print what differs; return a row for the set and a row for each of its levels."""
    (made, marks), (expected, verdicts) = ours, theirs
    prompts = {*marks, *verdicts}
    differ = [prompt for prompt in prompts if sorted(marks.get(prompt, [])) != sorted(verdicts.get(prompt, []))]
    for prompt in differ:
        print(f"{title}: …{prompt[-90:]!r}: here {marks.get(prompt)}, EvalScope {verdicts.get(prompt)}")
    rows = []
    for level in KEYS:
        keys = [key for key in expected if key[0] == level]
        off = {key: abs(made.get(key, -1.0) - expected[key]) for key in keys}
        wrong = [key for key in keys if off[key] > 0.5001e-4]
        for key in wrong:
            print(f"{title}: {' '.join(key)}: here {made.get(key)}, EvalScope {expected[key]}")
        more = len({key[1] for key in made if key[0] == level} - {key[1] for key in keys})
        rows.append([title, level, len(keys), len(wrong), f"{max(off.values()):.6f}", more or ""])
    asked = sum(map(len, marks.values())), sum(map(len, verdicts.values()))
    return [title, *asked, len(differ)], rows


def main() -> None:
    """Compare the three sets and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--evalscope-python", required=True, help="an interpreter that has evalscope")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--mock", type=Path, required=True)
    parser.add_argument("--count", type=int, default=120)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mirror = folder / "mirror"
        copy_mirror(options.data_dir.resolve(), mirror)
        files = draw_sets(folder, mirror, options.evalscope_python, options.count)
        rows = rows_of(options.data_dir / "google/IFEval/replies/gpt4_20231107.jsonl")
        real = {row["prompt"]: row["response"] for row in rows}
        sets, levels = [], []
        for title, (file, data_dir, right) in files.items():
            with endpoint(options.mock.resolve(), replies_of(file, real, right), file.parent) as url:
                ours = here(file, url, data_dir)
                theirs = there(options.evalscope_python, file, url)
            row, below = compare(title, ours, theirs)
            sets.append([*row, *headline(ours[0], theirs[0])])
            levels += below
    headers = ["mixed set", "asked here", "by EvalScope", "marks differ", "weighted here", "EvalScope's"]
    print(tabulate(sets, headers=headers, disable_numparse=True), end="\n\n")
    headers = ["mixed set", "level", "numbers", "differ", "furthest apart", "groups only here"]
    print(tabulate(levels, headers=headers, disable_numparse=True))
    sys.exit(any(row[3] or row[1] != row[2] for row in sets) or any(row[3] for row in levels))


def draw_sets(folder: Path, mirror: Path, python: str, count: int) -> dict[str, Any]:
    """Draw the mixed sets; return for each its file, where its data are, and which replies are to be right."""
    write_custom(folder / "custom")
    write_for_evalscope(mirror, folder / "local")
    files = {name: folder / name / "test.jsonl" for name in ("ours", "theirs", "worked")}
    source = Source(data_dir=mirror, offline=True)
    dump_jsonl_data(WeightedSampler(schema_of(folder / "custom"), source=source).sample(count), files["ours"])
    schema_of(folder / "custom", folder / "local").dump_json(folder / "schema.json")
    files["theirs"].parent.mkdir()
    draw = ["sample", str(folder / "schema.json"), str(count), "7", str(files["theirs"].parent)]
    # Its loader would take what it has cached of other files of the same names.
    completed([python, str(HERE / "evalscope_index.py"), *draw], folder, HF_DATASETS_CACHE=str(folder / "cache"))
    example, small = worked_example(mirror, folder / "small"), Source(data_dir=folder / "small", offline=True)
    dump_jsonl_data(WeightedSampler(example, source=small).sample(), files["worked"])
    wrong_one = iter([False])  # of the five of ARC-Challenge
    return {
        "drawn here": (files["ours"], mirror, lambda _, chance: chance < 0.6),
        "drawn by EvalScope": (files["theirs"], mirror, lambda _, chance: chance < 0.6),
        "worked example": (
            files["worked"],
            folder / "small",
            lambda record, _: (
                record["subset_name"] == "ARC-Easy"
                or (record["subset_name"] == "ARC-Challenge" and next(wrong_one, True))
            ),
        ),
    }


def headline(ours: Numbers, theirs: Numbers) -> tuple[str, str]:
    """Return the weighted average of the whole set; EvalScope has it where all leaves share a group."""
    found = next(
        (key for key in theirs if key[0] == "category" and "/" not in key[1] and key[2] == "weighted_avg"), None
    )
    root = min((key for key in ours if key[0] == "category" and key[2] == "weighted_avg"), key=lambda key: key[1])
    return f"{ours[root]:.6f}", f"{theirs[found]:.4f}" if found else "none"


if __name__ == "__main__":
    main()
