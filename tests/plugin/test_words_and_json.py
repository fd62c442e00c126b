"""Evals on words and on JSON, from the decorator to the record."""

import json

import pytest

WORDS = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, exact

capitals = Benchmark(
    name="capitals",
    data=Rows([{"country": "France", "capital": "Paris"}]),
    sample=lambda row: Sample(input=f"Name the capital of {row['country']}, in one word.", target=row["capital"]),
    score=exact(),
)


@benchmark(capitals, threshold=0.9)
def test_capitals(scores, threshold):
    assert scores.accuracy >= threshold
"""

INVOICES = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, structured

SCHEMA = {
    "type": "object",
    "properties": {"seller": {"type": "string"}, "total": {"type": "number"}},
    "required": ["seller", "total"],
}

invoices = Benchmark(
    name="invoices",
    data=Rows([{"seller": "Ada", "total": 9.5}, {"seller": "Bo", "total": 9.5}]),
    sample=lambda row: Sample(input=f"The total of {row['seller']}, as JSON.", target=row),
    score=structured(SCHEMA, tolerance={"total": 0.01}),
)


@benchmark(invoices)
def test_invoices(scores):
    print("measured", scores.accuracy.value, scores.fields.value, scores.valid.value)
"""


@pytest.mark.parametrize("reply", ["Paris.", "**“Paris”**"])
def test_what_a_newcomer_copies_marks_a_right_reply_right(plain_project, reply):
    plain_project.write("test_capitals.py", WORDS)
    plain_project.run("test_capitals.py", model=f"fake/fixed:{reply}").assert_outcomes(passed=1)


@pytest.mark.parametrize("reply", ["Paris, Texas"])
def test_and_a_wrong_one_wrong(plain_project, reply):
    plain_project.write("test_capitals.py", WORDS)
    plain_project.run("test_capitals.py", model=f"fake/fixed:{reply}").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("reply", "measured", "explanation"),
    [
        ('{"seller": "Ada", "total": 9.51}', "0.5 0.75 1.0", 'wrong: seller: "Ada", not "Bo"'),
        ('{"seller": "Ada", "total": "9.5"}', "0.0 0.0 0.0", "does not fit the schema: total: '9.5' is not of type"),
        ("I cannot say.", "0.0 0.0 0.0", "no JSON in the completion"),
    ],
)
def test_json_is_scored_field_by_field_and_the_record_says_why(plain_project, reply, measured, explanation):
    plain_project.write("test_invoices.py", INVOICES)
    result = plain_project.run("test_invoices.py", "-s", model=f"fake/fixed:{reply}")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*measured {measured}*"])
    records = [
        json.loads(line)
        for file in plain_project.path.glob("outputs/*/reviews/**/*.jsonl")
        for line in file.read_text("utf-8").splitlines()
    ]
    assert records
    assert any(explanation in json.dumps(record, ensure_ascii=False).replace('\\"', '"') for record in records)


def test_a_misspelt_field_is_an_error_where_the_eval_is_defined(plain_project):
    plain_project.write("test_invoices.py", INVOICES.replace('{"total": 0.01}', '{"totl": 0.01}'))
    result = plain_project.run("test_invoices.py")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*structured: tolerance: field of the schema: unknown name ('totl'); did you mean*"])
