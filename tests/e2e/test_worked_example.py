"""The worked example of EvalScope's documents, over a real protocol: its own script, the command line, and pytest."""

import json
import os
import re
import subprocess
import sys

import pytest

SAMPLE = """
from pytest_evalscope import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data

schema = CollectionSchema(name='reasoning', datasets=[
    CollectionSchema(name='english', datasets=[
        DatasetInfo(name='arc', weight=2, task_type='reasoning', tags=['en']),
    ]),
    CollectionSchema(name='chinese', datasets=[
        DatasetInfo(name='ceval', weight=3, task_type='reasoning', tags=['zh'], args={'subset_list': ['logic']}),
    ]),
])
schema.dump_json('schema.json')
mixed_data = WeightedSampler(schema).sample(100)
dump_jsonl_data(mixed_data, 'outputs/mixed_data.jsonl')
"""

EVALUATE = """
import json
import sys

from pytest_evalscope import TaskConfig, run_task

task_cfg = TaskConfig(
    model='qwen2.5',
    api_url=sys.argv[1],
    api_key='sk-worked-example-0123',
    eval_type='openai_api',
    datasets=['data_collection'],
    dataset_args={
        'data_collection': {
            'local_path': 'outputs/mixed_data.jsonl',
            'shuffle': True,
        }
    },
)
summary = run_task(task_cfg=task_cfg)
print(json.dumps([summary.indexes[0].weighted_avg.value, str(summary.folder)]))
"""

# Averages as micro, macro, weighted.
TABLES = {
    "subset": {
        ("reasoning", "arc", "ARC-Challenge"): (0.8, 5),
        ("reasoning", "arc", "ARC-Easy"): (1.0, 4),
        ("reasoning", "ceval", "logic"): (0.0, 1),
    },
    "dataset": {
        ("reasoning", "arc"): (0.8889, 0.9, 0.8889, 9),
        ("reasoning", "ceval"): (0.0, 0.0, 0.0, 1),
    },
    "task": {("reasoning",): (0.8, 0.6, 0.3556, 10)},
    "tag": {
        ("reasoning",): (0.8, 0.6, 0.3556, 10),
        ("en",): (0.8889, 0.9, 0.8889, 9),
        ("english",): (0.8889, 0.9, 0.8889, 9),
        ("chinese",): (0.0, 0.0, 0.0, 1),
        ("zh",): (0.0, 0.0, 0.0, 1),
    },
    "category": {
        ("reasoning", ""): (0.8, 0.6, 0.3556, 10),
        ("reasoning", "chinese"): (0.0, 0.0, 0.0, 1),
        ("reasoning", "english"): (0.8889, 0.9, 0.8889, 9),
    },
}


def write_rows(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def project(tmp_path, evals):
    """A mirror with nine questions of ARC and one of C-Eval, and the mixed set of them all."""
    mirror = tmp_path / "mirror"
    for subset, count in (("ARC-Challenge", 5), ("ARC-Easy", 4)):
        rows = [
            {
                "id": f"{subset}-{n}",
                "question": f"Which of these is number {n} of {subset}?",
                "choices": {"text": ["stone", "water", "light", "air"], "label": ["A", "B", "C", "D"]},
                "answerKey": "ABCD"[n % 4],
            }
            for n in range(count)
        ]
        write_rows(mirror / "allenai" / "ai2_arc" / subset / "test.jsonl", rows)
    logic = [
        {"question": f"问题 {n}", "A": "甲", "B": "乙", "C": "丙", "D": "丁", "answer": "B", "explanation": "因为。"}
        for n in range(6)
    ]
    write_rows(mirror / "ceval" / "ceval-exam" / "logic" / "dev.jsonl", logic[:5])
    write_rows(mirror / "ceval" / "ceval-exam" / "logic" / "val.jsonl", logic[5:])
    status, said = python(evals.path, SAMPLE)
    assert status == 0, said
    return evals


def start(folder, *command):
    environment = {**os.environ, "CI": "true", "COLUMNS": "120", "EVALSCOPE_CACHE_DIR": str(folder / "cache")}
    environment |= {"EVALSCOPE_DATA_DIR": str(folder / "mirror"), "PYTHONIOENCODING": "utf-8"}
    environment.pop("OPENAI_API_KEY", None)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def python(folder, script, *args):
    status, out, said = start(folder, "-c", script, *args)
    return status, out + said


def answers(project):
    """Prompt → reply: of ARC all right but the first challenge, of C-Eval none."""
    table = {}
    for line in (project.path / "outputs" / "mixed_data.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        prompt, target = record["prompt"]["input"][-1]["content"], record["prompt"]["target"]
        wrong = record["dataset_name"] == "ceval" or record.get("sample", {}).get("id") == "ARC-Challenge-0"
        letter = "ABCD"[("ABCD".index(target) + wrong) % 4]
        table[prompt] = f"答案：{letter}" if record["dataset_name"] == "ceval" else f"ANSWER: {letter}"
    assert len(table) == 10
    return table


def levels_of(report):
    """The five levels of `reports/index.json`, to EvalScope's four digits."""
    made = {}
    for level, rows in report["levels"].items():
        averages = ("micro_avg",) if level == "subset" else ("micro_avg", "macro_avg", "weighted_avg")
        keys = [key for key in rows[0] if key.startswith("category") or key in ("task_type", "dataset_name", "tags")]
        keys += ["subset_name"] if level == "subset" else []
        made[level] = {
            tuple(row[key] for key in keys): (*(round(row[name], 4) for name in averages), row["count"]) for row in rows
        }
    return made


def shown_tables(text):
    """The same from the tables that were printed."""
    made: dict[str, dict[tuple[str, ...], tuple[float, ...]]] = {}
    for found in re.finditer(r"^reasoning of \S+: (\w+)\n(.*)\n-[- ]*\n((?:.+\n)+)", text, re.MULTILINE):
        level, width = found[1], {"subset": 3, "dataset": 2, "category": 2}.get(found[1], 1)
        for line in found[3].splitlines():
            head, *averages = re.split(r"\s+(?=\d\.\d{4} ± )", line.strip())
            count = int(averages[-1].split()[-1])
            keys = tuple(head.split())
            made.setdefault(level, {})[keys + ("",) * (width - len(keys))] = (
                *(float(average.split()[0]) for average in averages),
                count,
            )
    return made


def index_of(project):
    return json.loads((project.folder / "reports" / "index.json").read_text("utf-8"))


def test_run_task_as_the_documents_write_it(project, endpoint):
    with endpoint(answers(project)) as server:
        status, out, said = start(project.path, "-c", EVALUATE, server.url + "/chat/completions")
        assert status == 0, said
        assert server.stats()["requests"] == 10
    weighted, folder = json.loads(out)
    assert round(weighted, 4) == 0.3556
    assert (project.path / folder).samefile(project.folder)
    assert levels_of(index_of(project)) == TABLES
    assert shown_tables(said) == TABLES
    assert "micro_avg 0.8000 ± " in said
    assert "macro_avg 0.6000 ± " in said
    for path in [path for path in project.path.joinpath("outputs").rglob("*") if path.is_file()]:
        assert b"sk-worked-example" not in path.read_bytes(), path


def test_the_command_line(project, endpoint):
    with endpoint(answers(project)) as server:
        status, out, said = start(
            project.path,
            *("-c", "from pytest_evalscope.cli import main; main()"),
            *("eval", "--model", "qwen2.5", "--api-url", server.url),
            *("--datasets", "data_collection", "--dataset-args"),
            '{"data_collection": {"local_path": "outputs/mixed_data.jsonl"}}',
        )
    assert (status, said) == (0, "")
    assert shown_tables(out) == TABLES == levels_of(index_of(project))
    assert re.search(r"reports: outputs/\S+/reports/summary\.md\n$", out)


def test_pytest_and_python_write_the_same_index(project, endpoint):
    with endpoint(answers(project)) as server:
        options = (f"--eval-api-url={server.url}", "--eval-data-dir=mirror", "--eval-cache-dir=cache")
        status, output = project.run("--eval-index=schema.json", "--model=openai/qwen2.5", *options)
        assert status == 0, output
        theirs = index_of(project)
        assert levels_of(theirs) == TABLES
        status, _, said = start(project.path, "-c", EVALUATE, server.url)
        assert status == 0, said
        assert index_of(project) == theirs
        assert server.stats()["requests"] == 10, "the second door was answered from the first one's cache"
