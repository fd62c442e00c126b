"""JSON against a schema and against the target, field by field."""

import json
import sys
from typing import Any, cast

import pytest
from pydantic import BaseModel

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers import structured
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.structured import found_json
from pytest_evalscope.types import Completion, Sample


class Seller(BaseModel):
    name: str
    vat: str | None = None


class Line(BaseModel):
    what: str
    price: float


class Invoice(BaseModel):
    seller: Seller
    lines: list[Line] = []
    total: float
    tags: list[str] = []


SCHEMA = {
    "type": "object",
    "properties": {
        "seller": {"$ref": "#/$defs/seller"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"what": {"type": "string"}, "price": {"type": "number"}}},
        },
        "total": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["seller", "total"],
    "additionalProperties": False,
    "$defs": {
        "seller": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "vat": {"type": ["string", "null"]}},
            "required": ["name"],
        }
    },
}
WANTED: dict[str, Any] = {
    "seller": {"name": "Ada & Co", "vat": None},
    "lines": [{"what": "pens", "price": 2.5}, {"what": "ink", "price": 7}],
    "total": 9.5,
    "tags": ["paid", "office"],
}
RIGHT = json.dumps(WANTED)
BOTH = pytest.mark.parametrize("schema", [SCHEMA, Invoice], ids=["schema", "model"])


def mark(reply, schema=SCHEMA, target=WANTED, **options):
    score = structured(schema, **options)(
        Sample(id="s", input="?", target=target), Completion(text=reply), cast("Any", None)
    )
    return tuple(score.values[name] for name in ("accuracy", "fields", "valid")), score.answer, score.explanation


def changed(**fields):
    return json.dumps(WANTED | fields)


@BOTH
@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        " {}\n",
        "```json\n{}\n```",
        "Here it is:\n\n```\n{}\n```\nAnything else?",
        "It is {} as asked [1].",
        'Such as {{"total": 0}}; so: {}',
        "<think>{{}}</think>{}",
        '```json\n{{"total": 0}}\n```\nNo:\n```json\n{}\n```',
        "{{not json}} {}",
        "{} {{",
        "{}\n{{}}",
        "{} [1]\n[]",
        '{}\n\nWhere {{"total": 0}} is an empty one.',
        '{}\n```json\n{{"total": 0}}\n```',
        "{}}}",
    ],
)
def test_the_json_of_a_reply_is_found(schema, frame):
    assert mark(frame.format(RIGHT), schema) == ((1, 1, 1), RIGHT, "")


def test_of_several_that_fit_the_last_counts_and_an_empty_one_last_of_all():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    for reply in (
        'For example {"a": 5}. So {"a": 1}',
        '{"a": 1} {}',
        '{"a": 1} {',
        '```json\n{"a": "x"}\n```\n{"a": 1}',
    ):
        assert mark(reply, schema, {"a": 1})[1] == '{"a": 1}'
    assert mark('{"a": 1} {"a": 2', schema, {"a": 1})[1] is None  # what is cut off would be the answer


@BOTH
def test_targets_may_be_texts(schema):
    assert mark(RIGHT, schema, RIGHT)[0] == (1, 1, 1)


@BOTH
@pytest.mark.parametrize(
    ("reply", "answer", "why"),
    [
        ("", None, "no JSON in the completion"),
        ("I cannot help with that.", None, "no JSON in the completion"),
        (RIGHT[:-1], None, "no JSON in the completion"),
        (RIGHT[:30], None, "no JSON in the completion"),
        (RIGHT + RIGHT[:-20], None, "no JSON in the completion"),
        ("[" + RIGHT + "]", "[" + RIGHT + "]", "the whole: "),
        (changed(total="9.5"), changed(total="9.5"), "total: "),
        (changed(total=True), changed(total=True), "total: "),
        (changed(lines=[{"what": 5, "price": 1}]), changed(lines=[{"what": 5, "price": 1}]), "lines.0.what: "),
        (changed(seller={}), changed(seller={}), "seller"),
    ],
)
def test_what_does_not_fit_the_schema_scores_nothing_and_says_where(schema, reply, answer, why):
    values, said, explanation = mark(reply, schema)
    assert values == (0, 0, 0)
    assert said == answer
    assert explanation == why or explanation.startswith("does not fit the schema: ")
    assert why in explanation


@pytest.mark.parametrize(
    "reply", ["{'total': 1}", '{"total": NaN}', '{"total": 1e999}', '{"a": 1,}', "[1", "{" * 5000, "[" * 5000]
)
def test_what_only_resembles_json_is_none(reply):
    assert mark(reply) == ((0, 0, 0), None, "no JSON in the completion")


def test_json_that_is_nested_too_deeply_is_wrong_and_no_error():
    for depth in (300, 900, 5000):
        values, _, explanation = mark('{"a":' * depth + "1" + "}" * depth, {"type": "object"}, {"a": 1})
        assert values[0] == 0
        assert explanation


@BOTH
@pytest.mark.parametrize(
    ("reply", "fields", "why"),
    [
        (changed(total=9.6), 8 / 9, "wrong: total: 9.6, not 9.5"),
        (changed(tags=["office", "paid"]), 7 / 9, 'wrong: tags.0: "office", not "paid"; tags.1: "paid", not "office"'),
        (changed(tags=["paid"]), 8 / 9, 'wrong: tags.1: missing, not "office"'),
        (changed(tags=["paid", "office", "old"]), 9 / 10, 'wrong: tags.2: "old" is too much'),
        (changed(tags=[]), 7 / 9, 'wrong: tags.0: missing, not "paid"; tags.1: missing, not "office"'),
        (changed(seller={"name": "ada & co"}), 8 / 9, 'wrong: seller.name: "ada & co", not "Ada & Co"'),
        (changed(seller={"name": "Ada & Co"}), 1, ""),  # vat is null in the target
        (changed(total=9.50), 1, ""),
        (changed(lines=[{"what": "pens", "price": 2.5}, {"what": "ink", "price": 7.0}]), 1, ""),
    ],
)
def test_fields_are_compared_one_by_one(schema, reply, fields, why):
    values, answer, explanation = mark(reply, schema)
    assert (values, answer) == ((float(fields == 1), pytest.approx(fields), 1), reply)
    assert explanation == why


@BOTH
@pytest.mark.parametrize(
    ("options", "reply", "accuracy"),
    [
        ({"tolerance": {"total": 0.02}}, changed(total=9.69), 1),
        ({"tolerance": {"total": 0.02}}, changed(total=9.7), 0),
        (
            {"tolerance": {"lines.price": 0.1}},
            changed(lines=[{"what": "pens", "price": 2.6}, {"what": "ink", "price": 7.5}]),
            1,
        ),
        ({"sets": ("tags",)}, changed(tags=["office", "paid"]), 1),
        ({"sets": ("tags",)}, changed(tags=["office", "paid", "paid"]), 0),
        ({"sets": ("tags",)}, changed(tags=["Office", "paid"]), 0),
        ({"sets": ("tags",), "texts": ("tags",)}, changed(tags=["OFFICE", "paid "]), 1),
        ({"sets": ("lines",)}, changed(lines=WANTED["lines"][::-1]), 1),
        ({"sets": ("lines",)}, changed(lines=[{"what": "ink", "price": 7.0}, {"what": "pens", "price": 2.5}]), 1),
        ({"sets": ("lines",)}, changed(lines=WANTED["lines"][:1]), 0),
        ({"texts": ("seller.name",)}, changed(seller={"name": " ADA  & co"}), 1),
        ({"texts": ("seller.name",)}, changed(seller={"name": "Ada and Co"}), 0),
        ({"ignored": ("lines", "seller.name")}, changed(lines=[], seller={"name": "x"}), 1),
    ],
)
def test_options(schema, options, reply, accuracy):
    assert mark(reply, schema, **options)[0][0] == accuracy


def test_true_is_no_number_and_a_key_may_be_one():
    schema = {"type": "object"}
    assert mark('{"a": true}', schema, {"a": 1})[0] == (0, 0, 1)
    assert mark('{"a": {"0": 1, "1": 2}}', schema, {"a": {"0": 1, "1": 2}}, tolerance={"a.0": 0.1})[0] == (1, 1, 1)
    assert mark('{"a": [], "b": {}}', schema, {"a": [], "b": {}})[0] == (1, 1, 1)
    assert mark('{"a": {"x": 1}}', schema, {"a": {}})[0] == (0, 0, 1)
    assert mark("{}", schema, {})[0] == (1, 1, 1)
    assert mark(f'{{"a": {10**400}}}', schema, {"a": 0.5}, tolerance={"a": 0.1})[0] == (0, 0, 1)  # beyond all floats


@pytest.mark.parametrize(
    ("schema", "options", "message"),
    [
        (
            3,
            {},
            "structured: schema is neither a JSON Schema nor a pydantic model (int 3); accepted: a dictionary",
        ),
        (dict, {}, "structured: schema is neither a JSON Schema nor a pydantic model (type <class 'dict'>); accepted:"),
        ({"type": "objekt"}, {}, "structured: invalid JSON Schema (type: 'objekt' is not valid under any of the given"),
        ({"type": "array"}, {}, "structured: the schema is not of an object ('array'); accepted: the type 'object'"),
        (
            {"$ref": "https://example.com/a.json"},
            {},
            "structured: the schema refers to something outside it ($ref 'https://example.com/a.json'); accepted: ",
        ),
        (
            {"$ref": "#/$defs/a", "$defs": {"b": {}}},
            {},
            "structured: the schema has no part '#/$defs/a'; known in $defs: #/$defs/b",
        ),
        (
            SCHEMA,
            {"sets": ("tgas",)},
            "structured: sets: field of the schema: unknown name ('tgas'); did you mean tags",
        ),
        (
            Invoice,
            {"texts": ("seller.nam",)},
            "structured: texts: field of the schema: unknown name ('seller.nam'); di",
        ),
        (
            Invoice,
            {"tolerance": {"sum": 0.1}},
            "structured: tolerance: field of the schema: unknown name ('sum'); know",
        ),
        (Invoice, {"ignored": "tags"}, "structured: ignored is one text ('tags'); accepted: a tuple of paths"),
        (
            Invoice,
            {"tolerance": {"total": 2}},
            "structured: invalid tolerance of total (2); accepted: a share of the target, from 0 to below 1",
        ),
    ],
)
def test_a_mistake_in_the_definition_is_one_clear_error(schema, options, message):
    with pytest.raises(UsageError) as caught:
        structured(schema, **options)
    assert caught.value.message.startswith(message)


@BOTH
@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("Paris", "structured: the target is no JSON object ('Paris'); accepted: an object such as"),
        ([1], "structured: the target is no JSON object ([1]); accepted: an object such as"),
        ({"total": 3}, "structured: the target does not fit the schema ("),
    ],
)
def test_a_target_that_no_reply_can_meet_is_an_error(schema, target, message):
    with pytest.raises(ScorerError) as caught:
        mark(RIGHT, schema, target)
    assert caught.value.message.startswith(message)
    assert caught.value.message.endswith("sample s")


def test_a_sample_without_a_reply_counts_zero_in_every_metric():
    assert failed_values(structured(SCHEMA), Sample(input="?")) == {"accuracy": 0, "fields": 0, "valid": 0}


def test_scorers_are_values():
    assert structured(SCHEMA) == structured(SCHEMA)
    assert hash(structured(SCHEMA)) == hash(structured(SCHEMA))
    assert structured(SCHEMA) != structured(SCHEMA, sets=("tags",))


@pytest.mark.parametrize("piece", ["{", "[", '{"a":', '{"a": [', '"', "{}", "[1]", "[1,", '{"', "```\n", "{1} "])
def test_long_replies_are_read_in_bounded_work(piece, monkeypatch):
    tried: list[int] = []
    module = sys.modules[found_json.__module__]
    ended = module._ended

    def counted(text, start):
        tried.append(start)
        return ended(text, start)

    monkeypatch.setattr(module, "_ended", counted)
    list(found_json(piece * (200_000 // len(piece))))
    assert len(tried) <= 1100 + 200_000 // 4 * (piece == "```\n")


@pytest.mark.parametrize("name", ["Ａｎｎ，（１２）", "می\u200cخواهم ٣", "the </think> tag", "答案：甲"])
@pytest.mark.parametrize("frame", ["{}", "```json\n{}\n```<|im_end|>", "<think>{{}}</think>{}"])
def test_texts_of_the_json_stay_as_they_are_written(name, frame):
    target = json.dumps({"seller": {"name": name}, "total": 1}, ensure_ascii=False)
    if "</think>" not in name or frame == "{}":
        reply = frame.format(target)
        assert (
            structured(Invoice)(
                Sample(id="s", input="?", target=target), Completion(text=reply), cast("Any", None)
            ).values["accuracy"]
            == 1
        )


def test_json_with_a_name_twice_is_not_valid():
    reply = '{"seller": {"name": "Ann"}, "total": 2, "total": 1}'
    target = '{"seller": {"name": "Ann"}, "total": 1}'
    score = structured(Invoice)(Sample(id="s", input="?", target=target), Completion(text=reply), cast("Any", None))
    assert score.values == {"accuracy": 0, "fields": 0, "valid": 0}
    assert score.explanation == "does not fit the schema: the name total is there twice"


@pytest.mark.parametrize("reply", ["x", "3", "{", "?"])
def test_a_single_character_is_wrong_and_no_error(reply):
    target = '{"seller": {"name": "Ann"}, "total": 1}'
    score = structured(Invoice)(Sample(id="s", input="?", target=target), Completion(text=reply), cast("Any", None))
    assert score.values == {"accuracy": 0, "fields": 0, "valid": 0}
