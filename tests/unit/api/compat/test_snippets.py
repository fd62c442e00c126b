"""EvalScope's documented scripts and commands, each with its import lines (or the command's name) changed alone.

Their endpoint is a stand-in on loopback, and data is read from the mirror, or from a few rows of our own.
"""

import json
import os
import re
import shlex
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pytest_evalscope.errors import UsageError

MIRROR = os.environ.get("EVALSCOPE_DATA_DIR", "").strip()
ROOT = Path(__file__).parents[4]
DOCUMENTED = (ROOT / "docs" / "coming-from-evalscope.md").read_text("utf-8")

SCRIPTS = {
    "first run": """
from evalscope import TaskConfig, run_task

task_cfg = TaskConfig(model='qwen2.5', api_url='URL/chat/completions', api_key='EMPTY', eval_type='openai_api',
                      datasets=['gsm8k', 'arc'], limit=2)
run_task(task_cfg=task_cfg)
""",
    "task as a dict": """
from evalscope.run import run_task

task_cfg = {'model': 'qwen2.5', 'api_url': 'URL', 'datasets': ['gsm8k'], 'limit': 2}
run_task(task_cfg=task_cfg)
""",
    "task as a file": """
from evalscope.run import run_task

run_task(task_cfg='task.yaml')
""",
    "constants": """
from evalscope import TaskConfig, run_task
from evalscope.constants import EvalType

task_cfg = TaskConfig(
    model='qwen2.5', api_url='URL', api_key='EMPTY', eval_type=EvalType.SERVICE, datasets=['gsm8k'],
    eval_batch_size=10, generation_config={'max_tokens': 2048, 'temperature': 0.6, 'top_p': 0.95, 'n': 1},
    timeout=60000, stream=True, limit=2,
)
run_task(task_cfg)
""",
    "bare hub id": """
from evalscope import TaskConfig, run_task

run_task(TaskConfig(model='Qwen/Qwen2.5-0.5B-Instruct', datasets=['gsm8k'], limit=2, dry_run=True))
""",
    "dataset_args": """
from evalscope import TaskConfig, run_task

task_cfg = TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['gsm8k', 'arc'], limit=2, dataset_args={
        'gsm8k': {'few_shot_num': 0, 'few_shot_random': False, 'query_template': 'Question: {question}',
                  'prompt_template': '{query}\\nThink, then answer.', 'filters': {'remove_until': '</think>'},
                  'metric_list': [], 'shuffle': False, 'review_timeout': 30},
        'arc': {'subset_list': ['ARC-Easy'], 'shuffle_choices': False, 'aggregation': 'mean'},
    },
)
run_task(task_cfg=task_cfg)
""",
    "judge": """
from evalscope import TaskConfig, run_task
from evalscope.constants import EvalType, JudgeStrategy

task_cfg = TaskConfig(
    model='qwen2.5', api_url='URL', eval_type=EvalType.OPENAI_API, datasets=['gsm8k'], limit=2,
    judge_strategy=JudgeStrategy.LLM_RECALL, judge_worker_num=5,
    judge_model_args={'model_id': 'qwen-max', 'api_url': 'URL', 'api_key': 'EMPTY',
                      'generation_config': {'temperature': 0.0, 'max_tokens': 4096}},
)
run_task(task_cfg=task_cfg)
""",
    "panel": """
from evalscope import TaskConfig, run_task

task_cfg = TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['gsm8k'], limit=2,
    judge={'strategy': 'llm', 'models': [
        {'judge_id': 'a', 'model_id': 'qwen-max', 'api_url': 'URL', 'api_key': 'sk-1'},
        {'judge_id': 'b', 'model_id': 'qwen-max', 'api_url': 'URL', 'api_key': 'sk-2', 'eval_type': 'openai_api'},
    ], 'repeats': 1, 'position_swap': 'auto', 'aggregation': 'majority_vote', 'min_valid_judges': 1},
)
run_task(task_cfg=task_cfg)
""",
    "general_qa": """
from evalscope import TaskConfig, run_task

run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['general_qa'],
    dataset_args={'general_qa': {'local_path': 'qa', 'subset_list': ['with']}},
))
""",
    "general_qa without references": """
from evalscope import TaskConfig, run_task
from evalscope.constants import JudgeStrategy

run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['general_qa'],
    dataset_args={'general_qa': {'local_path': 'qa', 'subset_list': ['without']}},
    judge_strategy=JudgeStrategy.LLM,
    judge_model_args={'model_id': 'qwen-max', 'api_url': 'URL', 'api_key': 'EMPTY', 'score_type': 'numeric'},
))
""",
    "general_mcq": """
from evalscope import TaskConfig, run_task

run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['general_mcq'],
    dataset_args={'general_mcq': {'local_path': 'mcq', 'subset_list': ['quiz']}},
))
""",
    "collection": """
from evalscope import TaskConfig, run_task
from evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler
from evalscope.utils.io_utils import dump_jsonl_data

schema = CollectionSchema(name='reasoning', datasets=[
    CollectionSchema(name='math', datasets=[DatasetInfo(name='gsm8k', weight=1, task_type='math', tags=['en'])]),
    CollectionSchema(name='facts', datasets=[DatasetInfo(name='arc', weight=2, task_type='reasoning', tags=['en'])]),
])
print(schema.to_dict())
print(schema.flatten())
mixed_data = WeightedSampler(schema).sample(3)
dump_jsonl_data(mixed_data, 'outputs/mixed_data.jsonl')
run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['data_collection'],
    dataset_args={'data_collection': {'local_path': 'outputs/mixed_data.jsonl', 'shuffle': True}},
))
""",
    "shared collection": """
from evalscope import TaskConfig, run_task

run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['data_collection'], dataset_dir='shared', dataset_hub='local',
    dataset_args={'data_collection': {
        'dataset_id': 'evalscope/Qwen3-Test-Collection', 'filters': {'remove_until': '</think>'}, 'shuffle': True}},
))
""",
    "resume": """
from evalscope import TaskConfig, run_task

first = run_task(TaskConfig(model='qwen2.5', api_url='URL', datasets=['gsm8k'], limit=2, work_dir='runs'))
run_task(TaskConfig(model='qwen2.5', api_url='URL', datasets=['gsm8k'], limit=2, use_cache=str(first.folder)))
run_task(TaskConfig(model='qwen2.5', api_url='URL', datasets=['gsm8k'], limit=2, use_cache=str(first.folder),
                    rerun_review=True))
""",
    "repeats": """
from evalscope import TaskConfig, run_task

run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['gsm8k'], limit=2, repeats=2,
    dataset_args={'gsm8k': {'aggregation': 'mean_and_pass_at_k'}},
))
""",
    "sandbox": """
from evalscope import TaskConfig, run_task

run_task(TaskConfig(
    model='qwen2.5', api_url='URL', datasets=['gsm8k'], limit=2,
    sandbox={'enabled': True, 'engine': 'docker', 'default_config': {'image': 'python:3.11-slim'}},
))
""",
    "arena": """
from evalscope import TaskConfig, run_task

made = [run_task(TaskConfig(model=name, api_url='URL', datasets=['general_qa'],
                            dataset_args={'general_qa': {'local_path': 'qa', 'subset_list': ['with']}}))
        for name in ('one', 'two')]
run_task(TaskConfig(
    model_id='Arena', datasets=['general_arena'],
    dataset_args={'general_arena': {'extra_params': {
        'models': [{'name': name, 'report_path': str(run.folder)} for name, run in zip(('one', 'two'), made)],
        'baseline': 'one'}}},
    judge_model_args={'model_id': 'qwen-max', 'api_url': 'URL', 'api_key': 'EMPTY'},
    judge_worker_num=5,
))
""",
}
"""Name in the table of docs/coming-from-evalscope.md → the script as EvalScope documents it; URL is an endpoint."""

REFUSED = {
    "perf": ("from evalscope.perf.main import run_perf_benchmark", "load tests are not supported"),
    "perf arguments": ("from evalscope.perf.arguments import Arguments", "load tests are not supported"),
    "own benchmark class": ("from evalscope.api.registry import register_benchmark", "a benchmark is a value"),
    "OpenCompass": (
        "from evalscope import *; TaskConfig(eval_backend='OpenCompass', eval_config={})", "are benchmarks here"
    ),
    "VLMEvalKit": ("from evalscope import *; TaskConfig(eval_backend='VLMEvalKit')", "benchmarks of pictures"),
    "RAGEval": ("from evalscope import *; TaskConfig(eval_backend='RAGEval')", "embeddings and reranking"),
    "agent_config": ("from evalscope import *; TaskConfig(agent_config={'mode': 'native'})", "solve=agent("),
    "analysis_report": ("from evalscope import *; TaskConfig(analysis_report=True)", "reports/summary.md"),
    "judge prompt": (
        "from evalscope import *; TaskConfig(judge_model_args={'model_id': 'm', 'prompt_template': 'x'})",
        "score=judge(criteria=",
    ),
    "mock_llm": ("from evalscope import *; run_task(TaskConfig(eval_type=EvalType.MOCK_LLM))", "fake/echo"),
    "text2image": ("from evalscope import *; run_task(TaskConfig(model='m', eval_type='text2image'))", "python/<mod"),
}  # fmt: skip
"""Name → script, and what is named instead."""

COMMANDS = {
    "eval": (
        (
            "evalscope eval --model qwen2.5 --api-url URL --api-key EMPTY --eval-type openai_api "
            "--datasets gsm8k arc --limit 2 --generation-config temperature=0,max_tokens=32"
        ),
        "",
    ),
    "eval with a judge": (
        (
            "evalscope eval --model qwen2.5 --api-url URL --datasets gsm8k --limit 2 --judge-strategy llm "
            '--judge-model-args \'{"model_id": "j", "api_url": "URL"}\' --judge-worker-num 2'
        ),
        "",
    ),
    "eval with a backend": ("evalscope eval --eval-backend OpenCompass --model m", "are benchmarks here"),
    "perf command": ("evalscope perf --model m --url URL --parallel 1 --number 10", "load tests are not supported"),
    "app": ("evalscope app --lang en", "pages are files"),
    "service": ("evalscope service --host 0.0.0.0 --port 9000", "pytest-evalscope eval"),
    "benchmark-info": ("evalscope benchmark-info gsm8k", "pytest-evalscope benchmarks"),
}
"""Name → command, and what is named instead; "" for one that works."""


def verdict(prompt: str) -> str:
    """A verdict in the form that a judge's prompt wants; another text for any other prompt."""
    if "NAME begins" not in prompt:
        return "The answer is A. The answer is 4."
    says = 7 if "a number from" in prompt else "A" if '"A" or "B"' in prompt else "CORRECT"
    return json.dumps({"reason": "so it is", "verdict": says})


@pytest.fixture
def url():
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = verdict("\n".join(str(message["content"]) for message in body["messages"]))
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            content = json.dumps({"choices": [choice]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def write_rows(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(autouse=True)
def data(folder, monkeypatch, url):
    """The files that the scripts name, and a mirror."""
    mirror = Path(MIRROR) if MIRROR else folder / "mirror"
    if not MIRROR:
        sums = [{"question": f"{n} + {n}?", "answer": f"#### {n + n}"} for n in range(1, 5)]
        choices = {"text": ["a", "b", "c", "d"], "label": ["A", "B", "C", "D"]}
        options = [{"id": f"q{n}", "question": f"{n}?", "choices": choices, "answerKey": "A"} for n in range(4)]
        for part in ("train", "test"):
            write_rows(mirror / "openai" / "gsm8k" / "main" / f"{part}.jsonl", sums)
        for subset in ("ARC-Easy", "ARC-Challenge"):
            write_rows(mirror / "allenai" / "ai2_arc" / subset / "test.jsonl", options)
    monkeypatch.setenv("EVALSCOPE_DATA_DIR", str(mirror))
    write_rows(folder / "qa" / "with.jsonl", [{"query": f"{n}?", "response": "A. 4."} for n in range(2)])
    write_rows(folder / "qa" / "without.jsonl", [{"query": f"{n}?"} for n in range(2)])
    write_rows(
        folder / "mcq" / "quiz_val.jsonl",
        [{"id": str(n), "question": f"{n}?", "A": "yes", "B": "no", "answer": "A"} for n in range(2)],
    )
    task = {"model": "qwen2.5", "api_url": url, "datasets": ["gsm8k"], "limit": 2}
    (folder / "task.yaml").write_text(json.dumps(task), encoding="utf-8")


def changed(source, url):
    """A script with its import lines changed, and an endpoint in the place of URL; nothing else."""
    return re.sub(r"from evalscope[\w.]* import", "from pytest_evalscope.compat import", source).replace("URL", url)


def run_script(source, url):
    names: dict[str, object] = {}
    exec(compile(changed(source, url), "script.py", "exec"), names)  # it is what a user runs
    return names


@pytest.fixture
def shared(folder, url):
    """A mixed set under its name on the hub, in a mirror."""
    run_script(SCRIPTS["collection"], url)
    target = folder / "shared" / "evalscope" / "Qwen3-Test-Collection" / "test.jsonl"
    target.parent.mkdir(parents=True)
    (folder / "outputs" / "mixed_data.jsonl").rename(target)
    for name in ("openai", "allenai"):
        place = Path(os.environ["EVALSCOPE_DATA_DIR"]) / name
        (folder / "shared" / name).symlink_to(place)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_documented_script_runs_with_its_imports_changed(name, url, folder, capsys, request):
    if name == "shared collection":
        request.getfixturevalue("shared")
    run_script(SCRIPTS[name], url)
    said = capsys.readouterr()
    assert "error:" not in said.err
    if "dry_run" in SCRIPTS[name]:
        assert "gsm8k/main of hf/Qwen/Qwen2.5-0.5B-Instruct: 2 samples" in said.err
        return
    [latest] = [path for path in (folder / "outputs", folder / "runs") if (path / "latest").exists()][:1]
    assert (latest / "latest" / "reports" / "summary.md").is_file()


def test_a_task_is_where_evalscope_has_it_and_can_be_read_again(folder, url):
    from pytest_evalscope.compat import TaskConfig

    run_script(SCRIPTS["panel"].replace("'sk-1'", "'sk-SENTINEL-1'"), url)
    path = folder / "outputs" / "latest" / "configs" / "task_config.yaml"
    assert "SENTINEL" not in path.read_text("utf-8")
    again = TaskConfig.from_yaml(path)
    assert (again.model, again.datasets, again.limit, again.api_url) == ("qwen2.5", ["gsm8k"], 2, url)


def test_ratings_without_references_are_on_their_scale(url, folder):
    run_script(SCRIPTS["general_qa without references"], url)
    [path] = (folder / "outputs" / "latest" / "reports").rglob("general_qa.json")
    report = json.loads(path.read_text("utf-8"))
    assert report["subsets"]["without"]["metrics"]["rating"]["value"] == pytest.approx(6 / 9)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_supported_names_its_replacement(name, url):
    source, instead = REFUSED[name]
    with pytest.raises(UsageError) as caught:
        run_script(source, url)
    assert instead in str(caught.value)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_documented_command_runs_under_another_name_or_names_its_replacement(name, url, invoke):
    command, instead = COMMANDS[name]
    _, *words = shlex.split(command.replace("URL", url))
    result = invoke(words)
    assert result.exit_code == (2 if instead else 0), result.stderr
    assert instead in result.stderr
    assert "Traceback" not in result.stderr


def test_each_of_them_is_in_the_documentation():
    table = DOCUMENTED.partition("## Every documented script")[2]
    assert [name for name in (*SCRIPTS, *REFUSED, *COMMANDS) if f"| {name} |" not in table] == []
