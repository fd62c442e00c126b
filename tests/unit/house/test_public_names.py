"""What users import: a name that leaves this list breaks their evals."""

import pytest

import pytest_evalscope

NAMES = [
    "Benchmark", "CollectionSchema", "Completion", "Context", "DatasetInfo", "Estimate", "EvalscopeError", "File",
    "Hub", "IndexReport", "Leaderboard", "Limits", "Media", "Packaged", "Record", "Rows", "Sample", "Score", "Scores",
    "StratifiedSampler", "TaskConfig", "Threshold", "Tool", "UniformSampler", "WeightedSampler", "agent", "arena",
    "benchmark", "bleu", "chat", "choice", "chrf", "code", "dump_jsonl_data", "entities", "environment_verdict",
    "exact", "f1", "in_process", "includes", "index", "judge", "judged", "label", "likeliest", "likelihood", "math",
    "mean", "multiple_choice", "number", "pass_at_k", "pass_hat_k", "perplexities", "perplexity", "ratio", "rubric",
    "run_task", "sandboxed", "spans", "structured", "surprisal", "tool", "translation", "true_mass", "turns",
    "vote_at_k",
]  # fmt: skip


def test_the_public_names_are_these():
    assert list(pytest_evalscope.__all__) == NAMES
    assert dir(pytest_evalscope) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_what_it_says(name):
    value = getattr(pytest_evalscope, name)
    assert value.__name__ == name
    assert value.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'pytest_evalscope' has no attribute 'benchmrk'"):
        pytest_evalscope.benchmrk  # noqa: B018  # looking it up is the test
