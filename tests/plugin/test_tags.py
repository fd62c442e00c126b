"""Tags in the index count the samples of the subsets that have them, and no others."""

KNOWLEDGE = """
from pytest_evalscope import benchmark


@benchmark("smoke_knowledge", limit=2{})
def test_knowledge(scores):
    pass


@benchmark("smoke_facts", limit=2)
def test_facts(scores):
    pass
"""


def tags(project):
    rows = project.report("index.json")["levels"]["tag"]
    return {row["tags"]: row["count"] for row in rows}


def test_a_tag_of_one_subset_counts_none_of_another(plain_project):
    (plain_project.path / "test_sums.py").unlink()
    plain_project.write("test_it.py", KNOWLEDGE.format(", subsets=['en']"))
    plain_project.run().assert_outcomes(passed=2)
    assert "zh" not in tags(plain_project)
    assert tags(plain_project)["en"] == 4
    plain_project.write("test_it.py", KNOWLEDGE.format(", tags=['mine', 'zh-too']"))
    plain_project.run().assert_outcomes(passed=3)
    found = tags(plain_project)
    assert (found["zh"], found["en"], found["knowledge"], found["mine"], found["zh-too"]) == (2, 4, 6, 4, 4)


def test_so_it_is_in_an_index_and_in_a_mixed_set(plain_project):
    (plain_project.path / "test_sums.py").unlink()
    plain_project.write(
        "mine.json",
        '{"name": "mine", "datasets": [{"name": "smoke_knowledge", "weight": 1, "args": {"subset_list": ["en"]}},'
        ' {"name": "smoke_facts", "weight": 1}]}',
    )
    plain_project.write(
        "test_it.py",
        "from pytest_evalscope import index\n\n\n@index('mine.json', count=8)\ndef test_it(report):\n"
        "    assert 'zh' not in {row.name for row in report.tag}\n    assert report.tag['en'].count == 8\n",
    )
    plain_project.run().assert_outcomes(passed=1)
    plain_project.write("mine.json", '{"name": "mine", "datasets": [{"name": "smoke_knowledge", "weight": 1}]}')
    plain_project.write(
        "test_it.py",
        "from pytest_evalscope import index\n\n\n@index('mine.json', count=8)\ndef test_it(report):\n"
        "    assert report.tag['en'].count == report.tag['zh'].count == 4\n    assert report.tag['smoke'].count == 8\n",
    )
    plain_project.run().assert_outcomes(passed=1)


def test_a_tag_that_a_schema_writes_itself_is_of_all_its_samples(plain_project):
    (plain_project.path / "test_sums.py").unlink()
    plain_project.write(
        "mine.json", '{"name": "mine", "datasets": [{"name": "smoke_knowledge", "weight": 1, "tags": ["zh"]}]}'
    )
    plain_project.write(
        "test_it.py",
        "from pytest_evalscope import index\n\n\n@index('mine.json', count=8)\ndef test_it(report):\n"
        "    assert report.tag['zh'].count == 8\n",
    )
    plain_project.run().assert_outcomes(passed=1)
