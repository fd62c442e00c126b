"""The data card of a mixed set."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
import yaml

from pytest_evalscope.benchmarks import load
from pytest_evalscope.collections.inspect import Contents, Portion
from pytest_evalscope.reports.card import data_card


def portion(dataset, share="1", **fields):
    told = {"name": dataset, "version": "1", "subsets": {"main": 3}, "task_type": "math", "tags": ("en",)}
    return Portion(dataset=dataset, share=Fraction(share), categories=("root",), **{**told, **fields})


@pytest.fixture
def made(tmp_path):
    """Return a function: portions → the card, as (front matter, text, licence)."""

    def card(*portions, name="root", hub="huggingface", **fields):
        path = tmp_path / "test.jsonl"
        path.write_bytes(b"{}\n")
        contents = Contents(path=path, name=name, portions=portions, **{"drawn": {}, **fields})
        text, licence = data_card(contents, "me/set", hub=hub)
        _, front, body = text.split("---\n", 2)
        return yaml.safe_load(front), body, licence

    return card


def test_the_front_matter_tells_the_hub_what_to_show(made):
    front, _, licence = made(portion("gsm8k", "1/2"), portion("aime25", "1/2", subsets={"default": 2000}))
    assert front["license"] == licence == "other", "MIT and Apache-2.0"
    assert front["pretty_name"] == "root"
    assert front["language"] == ["en"]
    assert front["size_categories"] == ["1K<n<10K"]
    assert front["configs"] == [{"config_name": "default", "data_files": [{"split": "test", "path": "test.jsonl"}]}]


CARD = r"""---
license: "other"
language: ["en", "zh"]
pretty_name: "my_index"
tags: ["evaluation", "pytest-evalscope", "evalscope"]
size_categories: ["1K<n<10K"]
configs: [{"config_name": "default", "data_files": [{"split": "test", "path": "test.jsonl"}]}]
---

# my\_index

A mixed set for a weighted index of language models: 1,010 samples of 3 data sets, each with its weight. It is made to \
be run by pytest-evalscope; EvalScope reads it too.

## Leaves

| leaf | share | samples | subsets | task type | tags | data | licence |
| --- | ---: | ---: | --- | --- | --- | --- | --- |
| maths | 0.3750 | 3 | main | math | en | openai/gsm8k | MIT |
| in\_house | 0.2500 | 3 | main | math | en, own |  | unknown |
| ceval | 0.3750 | 1,004 | law, logic | math | en | ceval/ceval-exam | CC-BY-NC-SA-4.0 |

## Licence

The samples are rows of the data sets above and stay under their licences (CC-BY-NC-SA-4.0, MIT).
Which licence these have is not known here: in\_house. Whoever passes them on has to say so.

## How it was sampled

- sampler: uniform
- seed: 7
- count: 3
- normalize: level
- maths: version 1
- ceval: version 1
- note: 5 were wanted, 3 exist
- SHA-256 of test.jsonl: ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356

The schema, with weights as they were written:

```json
{
  "name": "größe",
  "datasets": []
}
```

## How to run it

```sh
pip install 'pytest-evalscope[modelscope]'
pytest-evalscope index pull me/set --hub modelscope -o index.jsonl
pytest --eval-index=index.jsonl --model=openai/gpt-4o-mini
```

In a test, `@index("index.jsonl")` and the fixture `report` gate it. EvalScope evaluates it as the data set \
`data_collection`, with the folder that `test.jsonl` is in as its `local_path`.

It needs benchmarks that do not come with pytest-evalscope: in\_house.
""".replace("\\\n", "")


def test_the_whole_card(tmp_path):
    path = tmp_path / "test.jsonl"
    path.write_bytes(b"{}\n")
    portions = (
        portion("gsm8k", "3/8", name="maths"),
        portion("in_house", "1/4", version="", tags=("en", "own")),
        portion("ceval", "3/8", subsets={"law": 1000, "logic": 4}),
    )
    collection = {"name": "größe", "datasets": []}
    drawn = {"sampler": "uniform", "seed": 7, "count": 3, "normalize": "level", "collection": collection}
    remarks = ("5 were wanted, 3 exist",)
    contents = Contents(path=path, name="my_index", portions=portions, drawn=drawn, remarks=remarks)
    assert data_card(contents, "me/set", hub="modelscope") == (CARD, "other")


def test_a_licence_that_the_hubs_have_no_name_for_is_other(made, monkeypatch):
    mine = replace(load("gsm8k"), licence="My own 1.0")
    monkeypatch.setattr("pytest_evalscope.reports.card.load", lambda _: mine)
    front, text, licence = made(portion("gsm8k"))
    assert front["license"] == licence == "other"
    assert "(My own 1.0)." in text


@pytest.mark.parametrize("licence", ["Apache-2.0", "BSD-3-Clause", "CC0-1.0", "ODC-BY", "AFL-3.0", "CC-BY-SA-4.0"])
def test_the_hubs_names_of_licences_have_small_letters(made, monkeypatch, licence):
    mine = replace(load("gsm8k"), licence=licence)
    monkeypatch.setattr("pytest_evalscope.reports.card.load", lambda _: mine)
    assert made(portion("gsm8k"))[2] == licence.lower()


@pytest.mark.parametrize(
    ("count", "size"),
    [
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (9_999, "1K<n<10K"),
        (10_000, "10K<n<100K"),
        (99_999, "10K<n<100K"),
        (100_000, "100K<n<1M"),
        (999_999, "100K<n<1M"),
        (1_000_000, "n>1M"),
    ],
)
def test_the_size_is_one_of_the_hubs_categories(made, count, size):
    assert made(portion("gsm8k", subsets={"main": count}))[0]["size_categories"] == [size]


@pytest.mark.parametrize(
    ("datasets", "licence"),
    [(("gsm8k",), "mit"), (("gsm8k", "mmlu"), "mit"), (("gsm8k", "arc"), "other"), (("gsm8k", "in_house"), "other")],
)
def test_the_licence_is_the_one_that_all_leaves_have(made, datasets, licence):
    assert made(*map(portion, datasets))[2] == licence


def test_the_leaves_stand_with_shares_and_licences(made):
    _, text, _ = made(portion("gsm8k", "3/8"), portion("ceval", "5/8", subsets={"law": 1, "logic": 4}, tags=()))
    assert r"| gsm8k | 0.3750 | 3 | main | math | en | openai/gsm8k | MIT |" in text
    assert r"| ceval | 0.6250 | 5 | law, logic | math |  | ceval/ceval-exam | CC-BY-NC-SA-4.0 |" in text
    assert "stay under their licences (CC-BY-NC-SA-4.0, MIT)." in text


def test_what_is_not_known_is_not_made_up(made):
    front, text, _ = made(portion("in_house", version=""))
    assert "language" not in front
    assert r"Which licence these have is not known here: in\_house." in text
    assert "stay under their licences" not in text
    assert r"It needs benchmarks that do not come with pytest-evalscope: in\_house." in text
    text = made(portion("z_own", version=""), portion("gsm8k"), portion("a_own", version=""))[1]
    assert r"Which licence these have is not known here: a\_own, z\_own." in text
    assert r"do not come with pytest-evalscope: a\_own, z\_own." in text


def test_it_says_how_the_set_was_drawn(made):
    drawn = {"sampler": "uniform", "seed": 7, "count": 3, "normalize": "level", "collection": {"name": "root"}}
    _, text, _ = made(portion("gsm8k"), drawn=drawn, remarks=("5 were wanted, 3 exist",))
    for line in ("sampler: uniform", "seed: 7", "count: 3", "normalize: level", "gsm8k: version 1"):
        assert f"\n- {line}\n" in text
    assert "\n- note: 5 were wanted, 3 exist\n" in text
    assert "\n- SHA-256 of test.jsonl: ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356\n" in text
    assert json.loads(text.partition("```json\n")[2].partition("```")[0]) == {"name": "root"}


def test_a_set_without_provenance_says_less(made):
    _, text, _ = made(portion("gsm8k", version=""))
    assert "sampler" not in text
    assert "```json" not in text


@pytest.mark.parametrize(
    ("hub", "command"),
    [
        ("huggingface", "pytest-evalscope index pull me/set -o index.jsonl"),
        ("modelscope", "pytest-evalscope index pull me/set --hub modelscope -o index.jsonl"),
    ],
)
def test_it_says_how_the_set_is_run(made, hub, command):
    _, text, _ = made(portion("gsm8k"), hub=hub)
    extra = "hub" if hub == "huggingface" else hub
    assert f"pip install 'pytest-evalscope[{extra}]'\n{command}\npytest --eval-index=index.jsonl" in text


def test_names_cannot_break_out_of_the_card(made):
    nasty = 'a"\n---\n# <b>`x`|y'
    drawn = {"collection": {"name": "```\n<script>", "tags": ["`"]}}
    front, text, _ = made(portion("gsm8k", name=nasty, tags=(nasty,)), name=nasty, drawn=drawn)
    assert front["pretty_name"] == nasty
    assert "<b>" not in text
    assert text.count("```") == 4
    assert json.loads(text.partition("```json\n")[2].partition("\n```")[0]) == drawn["collection"]
