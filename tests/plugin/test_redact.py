"""`--eval-redact`: of what the model said the reports have the length, the records have all."""

import pytest

LONG = "a-secret-completion"


@pytest.mark.workers
def test_reports_have_lengths_and_records_have_texts(project):
    told = ("--eval-junit=samples", f"--eval-model=fake/fixed:{LONG} 77777")
    project.run(*told)
    xml = (project.folder / "reports" / "junit-samples.xml").read_text("utf-8")
    assert "answer 77777" in xml
    result = project.run(*told, "--eval-redact=true")
    xml = (project.folder / "reports" / "junit-samples.xml").read_text("utf-8")
    assert "answer redacted (5 characters); expected redacted (1 characters)" in xml
    shown = "".join(path.read_text("utf-8") for path in (project.folder / "reports").glob("*.*"))
    assert "answer 77777" not in shown + result.stdout.str()
    assert f"completion   {LONG}" not in shown + result.stdout.str()  # the model has it in its name
    records = "".join(path.read_text("utf-8") for path in project.folder.glob("predictions/*/*/*.jsonl"))
    assert LONG in records


def test_samples_behind_a_gate_have_lengths(plain_project, sums):
    plain_project.write(
        "test_sums.py", f"{sums}\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.accuracy >= 0.9\n"
    )
    whole = plain_project.run(f"--eval-model=fake/fixed:{LONG} 77777").stdout.str()
    assert f"completion   {LONG}" in whole
    result = plain_project.run(f"--eval-model=fake/fixed:{LONG} 77777", "--eval-redact=true").stdout.str()
    assert f"completion   {LONG}" not in result
    assert "completion   redacted (25 characters)" in result


def test_a_gate_by_meets_tells_what_is_below(plain_project, sums):
    plain_project.write(
        "test_sums.py", f"{sums}\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.meets(0.5)\n"
    )
    plain_project.run().stdout.fnmatch_lines(["*assert accuracy 0.100 ± * is below 0.5*"])


def test_help_says_what_an_option_is_once(plain_project):
    text = plain_project.pytester.runpytest("--help").stdout.str()
    assert text.count("share of samples without a score that a gate tolerates") == 1
    assert "see --eval-max-errors" in text
