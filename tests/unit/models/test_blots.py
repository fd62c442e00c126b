"""Blotting out a secret: in every form in which it may come back, and nothing else."""

import base64
import json
from urllib.parse import quote

import pytest

from pytest_evalscope.models.http.redact import redact, redacted, spellings
from pytest_evalscope.types import Completion, TokenLogprob

KEY = 'sk-"é/+ 0123456789'
FORMS = spellings([KEY])
WAYS = {
    "plain": KEY,
    "percent": quote(KEY, safe=""),
    "percent, small": quote(KEY, safe="").lower(),
    "JSON": json.dumps(KEY),
    "JSON, slashes": json.dumps(KEY).replace("/", "\\/"),
    "JSON within JSON": json.dumps(json.dumps(KEY)),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "base64 without padding": base64.b64encode(KEY.encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_form(way):
    shown = redact(f"<{WAYS[way]}>", FORMS)
    assert "***" in shown
    assert "0123456789" not in shown
    assert len(shown) < 20


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "user:"])
@pytest.mark.parametrize("behind", ["", "z", "zz", "\n"])
def test_base64_of_a_secret_between_other_things(before, behind):
    told = base64.b64encode(f"{before}{KEY}{behind}".encode()).decode()
    assert redact(told, FORMS).count("***") == 1
    assert len(redact(told, FORMS)) < 3 + len(before) * 2 + 12


def test_stand_ins_and_other_text_stay():
    assert spellings(["", "EMPTY", "1234567"]) == ()
    assert redact("sk- is how keys begin", FORMS) == "sk- is how keys begin"


def test_a_reply_is_whole_again_without_the_secret():
    whole = Completion(
        text=f"a {KEY} b",
        reasoning=KEY,
        model=KEY,
        finish_reason=KEY,
        tool_calls=({"id": KEY, "function": {"name": "f", "arguments": json.dumps({"x": [KEY]})}, "n": [1, {KEY: 2}]},),
        logprobs=(TokenLogprob(token=KEY, logprob=-1.0),),
    )
    clean = redacted(whole, FORMS)
    assert (clean.text, clean.reasoning, clean.model, clean.finish_reason) == ("a *** b", "***", "***", "***")
    assert clean.tool_calls == (
        {"id": "***", "function": {"name": "f", "arguments": '{"x": ["***"]}'}, "n": [1, {"***": 2}]},
    )
    assert clean.logprobs == ()
    other = Completion(text="4", tool_calls=({"id": "1"},), logprobs=(TokenLogprob(token="4", logprob=-1.0),))
    assert redacted(other, FORMS) is other
    assert redacted(whole, ()) is whole
