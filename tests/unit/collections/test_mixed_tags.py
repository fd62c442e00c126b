"""Tags of leaves and their subsets, in memory and after a mixed set was written and read."""

import orjson
import pytest

from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    WeightedSampler,
    dump_jsonl_data,
    load_mixed,
    members,
)

OURS = ("leaf", "sample", "hash", "provenance")
BOTH = {"knowledge", "multiple_choice", "smoke", "root"}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], {"en": {"en", *BOTH}, "zh": {"zh", *BOTH}}),
        (["zh"], {"en": {"zh", "root"}, "zh": {"zh", "root"}}),
        (["mine"], {"en": {"mine", "root"}, "zh": {"mine", "root"}}),
    ],
)
@pytest.mark.parametrize("provenance", [True, False])
def test_a_tag_of_one_subset_is_on_no_sample_of_another(tmp_path, tags, expected, provenance):
    schema = CollectionSchema("root", datasets=[DatasetInfo("smoke_knowledge", 1, tags=tags)])
    mixed = WeightedSampler(schema).sample(8)
    file = tmp_path / "mixed.jsonl"
    dump_jsonl_data(mixed, file)
    records = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert {record["subset_name"]: {*record["tags"]} for record in records} == expected
    if not provenance:  # as EvalScope, or anybody else, writes it
        records = [{key: value for key, value in record.items() if key not in OURS} for record in records]
        dump_jsonl_data(records, file)
    for each in (mixed, load_mixed(file)):
        assert {member.subset: {*member.leaf.tags_of(member.subset)} for member in members(each)} == expected
