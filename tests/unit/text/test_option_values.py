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


@pytest.mark.parametrize(
    "text",
    [
        "http://user:hunter2@host/v1",
        "http://host/?key=hunter2&x=1",
        "api_key=hunter2,x=1",
        "token=hunter2",
        '{"extra_headers": {"Authorization": "Bearer hunter2"}}',
        '{"extra_body": {"my_api-key" : "a\\"hunter2"}}',
        '{"extra_headers": {"X-Org": "hunter2", "a{": "}hunter2\\""}, "stop": "x"}',
        'extra_query={"tenant": "hunter2", "b": hunter2},temperature=0',
    ],
)
def test_secrets_are_blotted_out(text):
    shown = option_values.without_secrets(text)
    assert "hunter2" not in shown
    assert "***" in shown


def test_headers_of_requests_are_concealed_and_sent_as_they_are():
    given = {"temperature": 0, "extra_headers": {"X-Org": "hunter2"}, "extra_query": None}
    kept = option_values.concealed(given)
    assert kept == given
    assert "hunter2" not in repr(kept)
    assert option_values.without_extras(given) == {**given, "extra_headers": {"X-Org": "***"}}
    plain = {"temperature": 0}
    assert option_values.concealed(plain) is plain
    assert option_values.without_extras(plain) is plain
