"""Templates are filled in one pass; data never becomes template."""

import pytest

from pytest_evalscope.text import fields, fill, normalize


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{input}", "{target} {0} \\boxed{}"),
        ("Q: {input}\nput it in \\boxed{}", "Q: {target} {0} \\boxed{}\nput it in \\boxed{}"),
        ("\\boxed{{target}}", "\\boxed{7}"),
        ("{other} {input.x} {} {", "{other} {input.x} {} {"),
        ("no field", "no field"),
        ("", ""),
        ("{target}{target}{other}", "77{other}"),
        ("größe: {target}", "größe: 7"),
    ],
)
def test_fill(template, filled):
    assert fill(template, {"input": "{target} {0} \\boxed{}", "target": "7"}) == filled


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("  The  Answer\n", "the answer"),
        ("ＡＢＣ　１２", "abc 12"),
        ("Straße", "strasse"),
        ("e\u0301", "é"),
        ("ΐ", "ΐ"),
        ("", ""),
        ("\u00a0x\u2003y", "x y"),
    ],
)
def test_normalize(text, form):
    assert normalize(text) == form


def test_the_fields_of_a_template_are_the_names_in_braces():
    assert fields("{a} {b_1}{a} {größe} {} { c } {d.e} {{f}}") == {"a", "b_1", "größe", "f"}
    assert fields("none") == frozenset()


def test_normalize_keeps_thirty_combining_marks_in_a_row():
    marks = "\u0323" * 100_000
    assert normalize("q" + marks) == "q" + "\u0323" * 30
    run = "\u0323" * 30
    assert normalize(f"{run}q{run}q{run}") == f"{run}q{run}q{run}"
    assert normalize(f"q{run}\u0323q\u0323") == f"q{run}q\u0323"
