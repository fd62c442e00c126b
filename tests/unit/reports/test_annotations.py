"""Gates as annotations of GitHub Actions: escaped, at most ten."""

from pytest_evalscope.reports.annotations import error_commands


def test_a_gate_that_did_not_hold_is_an_annotation_at_its_test(result):
    results = [
        result(),
        result(verdict="failed", message="accuracy 0.3 is below 0.5, 100% sure\n::stop-commands::x"),
        result(subset="a,b", verdict="error", location=""),
        result(verdict="none"),
    ]
    assert error_commands(results) == [
        (
            "::error file=evals/math/test_gsm8k.py,line=7,title=failed%3A gsm8k/main of fake/echo"
            "::accuracy 0.3 is below 0.5, 100%25 sure ::stop-commands::x"
        ),
        "::error title=error%3A gsm8k/a%2Cb of fake/echo::no reason given",
    ]


def test_no_text_ends_its_command_or_moves_the_cursor(result):
    bad = result(model="m\r\n::error::\x1b[2J", verdict="failed", message="x\r\n::add-mask::y\u2028::z")
    [line] = error_commands([bad])
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert line.startswith("::error file=")


def test_there_are_at_most_ten(result):
    assert len(error_commands([result(subset=f"s{at}", verdict="failed") for at in range(11)])) == 10
