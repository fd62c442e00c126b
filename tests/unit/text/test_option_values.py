"""Options from text."""

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.text import option_values


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", {}),
        ("temperature=0.7,max_tokens=100", {"temperature": 0.7, "max_tokens": 100}),
        ('stop=["a,b", "c"],x=y', {"stop": ["a,b", "c"], "x": "y"}),
        ('{"temperature": 0}', {"temperature": 0}),
        ('extra_body={"a": {"b": 1}},seed=3', {"extra_body": {"a": {"b": 1}}, "seed": 3}),
        ("url=http://x/?a=b", {"url": "http://x/?a=b"}),
    ],
)
def test_mapping(text, made):
    assert option_values.mapping(text, "--eval-x") == made


@pytest.mark.parametrize("text", ["warm", "=1", "a=1,,b=2", "{bad"])
def test_what_is_no_mapping_is_told(text):
    with pytest.raises(UsageError, match="--eval-x: not "):
        option_values.mapping(text, "--eval-x")


@pytest.mark.parametrize(("text", "made"), [("", None), ("5", 5), ("0.25", 0.25)])
def test_limit(text, made):
    assert option_values.limit(text, "--eval-limit") == made


def test_options_from_a_file(tmp_path):
    path = tmp_path / "args.json"
    path.write_text('{"gsm8k": {"few_shot": 0}}', encoding="utf-8")
    assert option_values.nested(f"@{path}", "--eval-dataset-args") == {"gsm8k": {"few_shot": 0}}
    with pytest.raises(UsageError, match="the file cannot be read"):
        option_values.nested("@nowhere.json", "--eval-dataset-args")


@pytest.mark.parametrize("read", [option_values.mapping, option_values.nested])
@pytest.mark.parametrize("text", ["Authorization: Bearer hunter2hunter2", "sk-abcdefgh12345678", "http://u:hunter2@h"])
def test_a_mistake_is_told_without_its_secret(read, text):
    with pytest.raises(UsageError, match="not key=value") as caught:
        read(text, "--eval-x")
    assert not [secret for secret in ("hunter2", "12345678") if secret in str(caught.value)]
