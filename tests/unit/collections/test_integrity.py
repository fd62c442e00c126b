"""What is checked when a mixed set is read."""

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import (
    load_mixed,
    members,
)
from pytest_evalscope.collections.format import content_hash, record_hash
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError, DataNotFound, UnknownName


def test_a_record_that_was_changed_is_refused_by_its_line(file, own, rewrite):
    def change(records):
        records[4]["prompt"]["target"] = "another"
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match=r"set\.jsonl, line 5: the record was changed since it was written"):
        load_mixed(file, benchmarks=own)


def test_another_order_other_spacing_and_a_byte_order_mark_change_nothing(file, own, mixed, rewrite):
    rewrite(file, lambda records: [{**record, "index": i} for i, record in enumerate(reversed(records))])
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\n\n"))
    read = load_mixed(file, benchmarks=own)
    assert {item.id for part in members(read) for item in part.samples(Source())} == {
        record["sample"]["id"] for record in mixed
    }


def test_what_was_changed_is_told_with_a_way_out(file, own, rewrite):
    rewrite(file, lambda records: [{**records[0], "task_type": "other"}, *records[1:]])
    with pytest.raises(DataError) as caught:
        load_mixed(file, benchmarks=own)
    assert caught.value.message == (
        f"mixed set {file}, line 1: the record was changed since it was written (its hash differs)"
    )
    assert caught.value.hint == (
        "sample the set again; without the keys leaf, sample, hash and provenance it is not checked"
    )


@pytest.mark.parametrize("number", [-1, 2])
def test_a_record_of_a_leaf_that_there_is_not_is_told(file, own, rewrite, number):
    def change(records):
        records[4]["leaf"] = number
        records[4]["hash"] = record_hash(records[4])
        return records

    rewrite(file, change)
    with pytest.raises(DataError) as caught:
        load_mixed(file, benchmarks=own)
    assert caught.value.message == (
        f"mixed set {file}, line 5: the record belongs to no leaf of the provenance ({number}); accepted: 0 to 1"
    )


def test_no_record_of_a_leaf_at_all_is_noticed(file, own, rewrite):
    rewrite(file, lambda records: [record for record in records if record["leaf"] == 0])
    with pytest.raises(DataError, match=r"set\.jsonl: records of b are missing or too many \(0 of 3\)$"):
        load_mixed(file, benchmarks=own)


def test_too_many_records_are_noticed(file, own, rewrite):
    rewrite(file, lambda records: [*records, {**records[-1], "index": 12}])
    with pytest.raises(DataError, match=r"set\.jsonl: records of b are missing or too many \(4 of 3\)$"):
        load_mixed(file, benchmarks=own)


def test_missing_records_are_noticed(file, own, rewrite):
    rewrite(file, lambda records: records[:-1])
    with pytest.raises(DataError, match=r"set\.jsonl: records of b are missing or too many \(2 of 3\)"):
        load_mixed(file, benchmarks=own)


def test_a_lost_provenance_is_noticed(file, own, rewrite):
    rewrite(file, lambda records: records[1:])
    with pytest.raises(
        DataError, match=r"line 1: the record belongs to no leaf .*the record that carried it is missing"
    ):
        load_mixed(file, benchmarks=own)


def test_two_sets_in_one_file_are_noticed(file, own, rewrite):
    rewrite(file, lambda records: [*records, *({**record, "index": record["index"] + 12} for record in records)])
    with pytest.raises(DataError, match="line 13: a second provenance; two mixed sets cannot share a file"):
        load_mixed(file, benchmarks=own)


def test_our_records_and_others_do_not_mix(file, own, rewrite, theirs):
    rewrite(file, lambda records: [*records, theirs(index=12)])
    with pytest.raises(DataError, match=r"line 13: the record belongs to no leaf of the provenance \(None\)"):
        load_mixed(file, benchmarks=own)


@pytest.mark.parametrize(
    "change",
    [
        lambda provenance: provenance.update(seed=7),
        lambda provenance: provenance["leaves"].reverse(),
        lambda provenance: provenance["leaves"][0].update(version="0"),
        lambda provenance: provenance["leaves"][0].update(args={"few_shot": 3}),
        lambda provenance: provenance["leaves"][1].update(count=1),
        lambda provenance: provenance.update(hash="00"),
    ],
)
def test_a_provenance_that_was_changed_is_noticed(file, own, rewrite, change):
    def changed(records):
        change(records[0]["provenance"])
        return records

    rewrite(file, changed)
    with pytest.raises(DataError, match="line 1: the record was changed since it was written"):
        load_mixed(file, benchmarks=own)


@pytest.mark.parametrize("rehashed", [False, True])
def test_shares_that_were_swapped_do_not_fit_the_weights(file, own, rewrite, rehashed):
    def swapped(records):
        provenance = records[0]["provenance"]
        one, other = provenance["leaves"]
        one["share"], other["share"] = other["share"], one["share"]
        provenance["hash"] = content_hash(provenance) if rehashed else None  # as it was before there was one
        return records

    rewrite(file, swapped)
    with pytest.raises(DataError, match=r"line \d+: the records of a have another weight than its share makes"):
        load_mixed(file, benchmarks=own)


def test_the_records_of_a_leaf_have_one_weight(file, own, rewrite):
    def change(records):
        records[4]["weight"] *= 2
        records[4]["hash"] = record_hash(records[4])
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match="line 5: not the weight of the other records of its leaf"):
        load_mixed(file, benchmarks=own)


def test_shares_that_were_tampered_with_are_noticed(file, own, rewrite):
    def change(records):
        records[0]["provenance"]["leaves"][0]["share"] = "1/2"
        records[0]["provenance"]["hash"] = None
        for record in records:
            if record["leaf"] == 0:
                record["weight"] = 0.5 / records[0]["provenance"]["leaves"][0]["count"]
                record["hash"] = record_hash(record)
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match="the shares of the provenance do not sum to 1"):
        load_mixed(file, benchmarks=own)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"weight": 0}, r"weight does not fit \(0\)"),
        ({"weight": -0.5}, r"weight does not fit \(-0\.5\)"),
        ({"weight": float("nan")}, "weight does not fit"),
        ({"weight": True}, r"weight does not fit \(True\)"),
        ({"prompt": {}}, r"prompt\.input does not fit"),
        ({"tags": "en"}, r"tags does not fit \('en'\)"),
        ({"dataset_name": ""}, r"dataset_name does not fit \(''\)"),
        ({"leaf": 0, "hash": "00"}, "the record was changed"),
        ({"leaf": 0}, "the record was changed"),
        ({"provenance": {"schema": 2}}, r"provenance\.schema does not fit \(2\)"),
        (["no", "object"], "the record does not fit"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_by_its_line(record, said, tmp_path, own, theirs, write):
    changed = theirs(**record) if isinstance(record, dict) else record
    file = write(tmp_path / "set.jsonl", theirs(index=7), changed)
    with pytest.raises(DataError, match=rf"^mixed set .*set\.jsonl, line 2: {said}"):
        load_mixed(file, benchmarks=own)


def test_a_share_is_read_as_a_ratio_of_bounded_length(file, own, rewrite):
    def change(records):
        records[0]["provenance"]["leaves"][0]["share"] = "1e999999999"
        return records

    rewrite(file, change)
    with pytest.raises(DataError, match=r"line 1: provenance\.leaves\.0\.share does not fit"):
        load_mixed(file, benchmarks=own)


def test_an_index_that_stands_twice_is_refused(tmp_path, own, theirs, write):
    file = write(tmp_path / "set.jsonl", theirs(), theirs())
    with pytest.raises(DataError, match=r"line 2: repeated index \(0\)"):
        load_mixed(file, benchmarks=own)


def test_an_unknown_benchmark_is_refused_by_its_line(tmp_path, own, theirs, write):
    file = write(tmp_path / "set.jsonl", theirs(), theirs(index=1, dataset_name="gsm9k"))
    with pytest.raises(UnknownName, match=r"set\.jsonl, line 2: benchmark: unknown name .*did you mean gsm8k"):
        load_mixed(file, benchmarks=own)


def test_an_empty_file_and_none_at_all_are_refused(tmp_path):
    (tmp_path / "set.jsonl").write_text("\n\n")
    with pytest.raises(DataError, match="the file holds no records"):
        load_mixed(tmp_path / "set.jsonl")
    with pytest.raises(
        DataNotFound, match=r"mixed set not found: .*test\.jsonl; accepted: a \.jsonl file or a folder with"
    ):
        load_mixed(tmp_path)


def test_a_file_that_changes_while_in_use_is_an_error(file, own):
    part = members(load_mixed(file, benchmarks=own))[0]
    file.write_bytes(file.read_bytes().replace(b"x-", b"z-"))
    with pytest.raises(DataError, match="line 1: the file changed while it was in use"):
        list(part.samples(Source()))


def test_another_version_of_a_benchmark_is_a_remark(file, own):
    newer = [Benchmark(**{**vars(benchmark), "version": "2"}) for benchmark in own]
    assert load_mixed(file, benchmarks=newer).remarks[0] == (
        "a: the set was sampled from version 1 of the benchmark, this is version 2; results of the two do not compare"
    )
