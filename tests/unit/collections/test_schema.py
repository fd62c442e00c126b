"""The schema of an index: shares, checks, JSON."""

import errno
import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.collections.schema import CollectionSchema, DatasetInfo, exact, exact_shares, usable
from pytest_evalscope.errors import UnknownName, UsageError


def wrong(value: Any) -> Any:
    """A value that its place is not typed for."""
    return value


def nested(math_weight=3, math=("gsm8k", "competition_math")):
    return CollectionSchema(
        name="root",
        datasets=[
            CollectionSchema(name="math", weight=math_weight, datasets=[DatasetInfo(name=name) for name in math]),
            CollectionSchema(
                name="reasoning",
                weight=1,
                datasets=[DatasetInfo(name="arc", tags=["en"]), DatasetInfo(name="ceval", tags=["zh"])],
            ),
        ],
    )


def weights(schema, normalize="product"):
    return [leaf.weight for leaf in schema.flatten(normalize)]


@pytest.mark.parametrize("normalize", ["product", "level"])
def test_the_documented_example_has_the_documented_shares(normalize):
    assert weights(nested(), normalize) == [0.375, 0.375, 0.125, 0.125]


def test_an_unbalanced_schema_differs_between_the_two_formulas():
    schema = nested(math=("gsm8k",))
    # product: 3 / (3 + 1 + 1), 1 / 5, 1 / 5; level: 3 / 4, then 1 / 4 divided in two.
    assert weights(schema) == [0.6, 0.2, 0.2]
    assert weights(schema, "level") == [0.75, 0.125, 0.125]


def test_the_weight_of_the_root_changes_nothing():
    schema = nested()
    schema.weight = 17
    assert weights(schema) == weights(nested())


def test_weights_mean_the_decimals_that_are_written():
    schema = CollectionSchema(name="root", datasets=[DatasetInfo("a", 0.1), DatasetInfo("b", 0.2)])
    assert [share for _, share in exact_shares(schema, "product")] == [Fraction(1, 3), Fraction(2, 3)]


def test_names_of_groups_reach_hierarchy_and_tags():
    arc = nested().flatten()[2]
    assert arc.hierarchy == ["root", "reasoning"]
    assert arc.tags == ["en", "root", "reasoning"]


def test_flattening_changes_nothing_in_the_schema():
    schema = nested()
    schema.flatten()
    assert schema == nested()


def test_evalscopes_forms_of_construction_work():
    assert DatasetInfo("arc", 2, "reasoning", ["en"], {"few_shot_num": 0}) == DatasetInfo(
        name="arc", weight=2, task_type="reasoning", tags=["en"], args={"few_shot_num": 0}, hierarchy=[]
    )
    built = CollectionSchema("root", 1.0, [DatasetInfo("arc")])
    built.datasets.append(DatasetInfo("ceval"))
    assert weights(built) == [0.5, 0.5]


def test_json_round_trip(tmp_path):
    schema = nested()
    schema.datasets[1].datasets[1].args = {"subset_list": ["logic"]}
    schema.dump_json(tmp_path / "schema.json")
    assert CollectionSchema.from_json(tmp_path / "schema.json") == schema
    assert json.loads((tmp_path / "schema.json").read_text("utf-8")) == schema.to_dict()


def test_a_file_that_evalscope_wrote_is_read(tmp_path):
    leaf = {"name": "arc", "weight": 1, "task_type": "r", "tags": ["en"], "args": {}, "hierarchy": []}
    file = tmp_path / "schema.json"
    file.write_text(json.dumps({"name": "推理", "weight": 1, "datasets": [leaf]}, ensure_ascii=False), "utf-8")
    assert CollectionSchema.from_json(file).flatten()[0].tags == ["en", "推理"]


def test_a_schema_as_dicts_has_evalscopes_keys():
    assert nested(math=("gsm8k",)).to_dict() == {
        "name": "root",
        "weight": 1.0,
        "datasets": [
            {"name": "math", "weight": 3, "datasets": [{"name": "gsm8k", **LEAF}]},
            {
                "name": "reasoning",
                "weight": 1,
                "datasets": [{"name": "arc", **LEAF, "tags": ["en"]}, {"name": "ceval", **LEAF, "tags": ["zh"]}],
            },
        ],
    }


LEAF = {"weight": 1.0, "task_type": "", "tags": [], "args": {}, "hierarchy": []}


def test_a_file_is_indented_and_ends_in_a_line_break(tmp_path):
    CollectionSchema("root", 2, [DatasetInfo("arc", args={"local_path": Path("x")})]).dump_json(
        tmp_path / "schema.json"
    )
    lines = (tmp_path / "schema.json").read_text("utf-8").split("\n")
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("{", '  "name": "root",', "}", "")


def test_what_is_left_out_of_a_file_is_as_in_a_schema():
    data = {"name": "root", "datasets": [{"name": "arc"}, {"name": "g", "datasets": ({"name": "x", "tags": ["t"]},)}]}
    group = CollectionSchema("g", datasets=[DatasetInfo("x", tags=["t"])])
    assert CollectionSchema.from_dict(data) == CollectionSchema("root", datasets=[DatasetInfo("arc"), group])


def test_the_whole_table():
    schema = nested(math=("007",))
    schema.datasets[0].datasets[0].task_type = "math"
    assert str(schema).splitlines() == [
        "leaf                  share    task_type    tags",
        "--------------------  -------  -----------  -------------------",
        "root/math/007         0.6000   math         root, math",
        "root/reasoning/arc    0.2000                en, root, reasoning",
        "root/reasoning/ceval  0.2000                zh, root, reasoning",
    ]


@pytest.mark.parametrize(
    ("weight", "is_one"),
    [
        (1, True),
        (5e-324, True),
        (2**63 - 1, True),
        (2**63, False),
        (float(2**63), True),
        (1e308, True),
        (0, False),
        (0.0, False),
        (False, False),
        (float("inf"), False),
    ],
)
def test_a_weight_is_finite_above_0_and_fits_in_json(weight, is_one):
    assert usable(weight) is is_one


def test_a_weight_is_the_decimal_that_is_written():
    assert (exact(0.1), exact(3), exact(1e-7)) == (Fraction(1, 10), Fraction(3), Fraction(1, 10**7))


def test_a_tag_that_is_a_group_too_stands_once():
    group = CollectionSchema("en", datasets=[DatasetInfo("arc", tags=["x", "en", "x"])])
    assert CollectionSchema("root", datasets=[group]).flatten()[0].tags == ["x", "en", "root"]


def test_what_stood_in_a_hierarchy_is_not_used_and_args_are_a_copy():
    leaf = DatasetInfo("arc", args={"few_shot_num": 1}, hierarchy=["old"])
    [flat] = CollectionSchema("root", datasets=[leaf]).flatten()
    assert (flat.hierarchy, flat.args) == (["root"], leaf.args)
    flat.args["few_shot_num"] = 2
    assert leaf.args == {"few_shot_num": 1}


def test_printing_gives_a_table_of_shares():
    assert str(nested()).splitlines()[2].split() == ["root/math/gsm8k", "0.3750", "root,", "math"]
    assert str(CollectionSchema("root")).startswith("schema root: the group is empty")


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf"), True, "2", None, 10**400])
def test_a_weight_that_is_no_weight_is_refused_with_its_path(weight):
    schema = CollectionSchema("root", datasets=[CollectionSchema("math", datasets=[DatasetInfo("gsm8k", weight)])])
    with pytest.raises(UsageError, match=r"^schema root/math/gsm8k: invalid weight \(.*\); accepted: any finite"):
        schema.flatten()


def test_a_group_with_a_bad_weight_is_refused_too():
    with pytest.raises(UsageError, match=r"^schema root/math: invalid weight \(-1\)"):
        nested(math_weight=-1).flatten()


def test_a_share_too_small_for_a_number_is_refused():
    schema = CollectionSchema("root", datasets=[DatasetInfo("a", 1e300), DatasetInfo("b", 1e-300)])
    with pytest.raises(UsageError, match=r"^schema root/b: the weight is too small beside the others"):
        schema.flatten()


def test_a_leaf_that_stands_twice_is_refused():
    with pytest.raises(UsageError) as caught:
        nested(math=("arc",)).flatten()
    assert caught.value.message == (
        "schema root/reasoning/arc: repeated leaf (also as root/math/arc, with the same args); accepted: each once"
    )
    assert caught.value.hint == "add the two weights in one leaf, or give them different args"


def test_the_order_of_subsets_makes_no_other_leaf():
    leaves: list[Any] = [
        DatasetInfo("ceval", args={"subset_list": order}) for order in (["law", "logic"], ["logic", "law"])
    ]
    with pytest.raises(UsageError, match="repeated leaf"):
        CollectionSchema("root", datasets=leaves).flatten()


def test_the_same_benchmark_with_other_args_is_another_leaf():
    leaves: list[Any] = [DatasetInfo("ceval", args={"few_shot_num": shots}) for shots in (0, 5)]
    assert weights(CollectionSchema("root", datasets=leaves)) == [0.5, 0.5]


@pytest.mark.parametrize(
    ("child", "said"),
    [
        (CollectionSchema("empty"), "root/empty: the group is empty; at least one data set is needed$"),
        (
            CollectionSchema("", datasets=[DatasetInfo("arc")]),
            r"root/: a group needs a name \(''\); accepted: any text that is not empty$",
        ),
        (CollectionSchema(wrong(7), datasets=[DatasetInfo("arc")]), r"root/7: a group needs a name \(7\)"),
        (
            CollectionSchema("odd", datasets=wrong(DatasetInfo("arc"))),
            r"root/odd: datasets is not a list \(DatasetInfo\)$",
        ),
        ("arc", r"root/\?: not a part of a schema \(str\); accepted: DatasetInfo, CollectionSchema$"),
        (DatasetInfo(""), r"root/: a leaf needs the name of a benchmark \(''\)$"),
        (DatasetInfo(wrong(7)), r"root/7: a leaf needs the name of a benchmark \(7\)$"),
        (DatasetInfo("arc", tags=wrong("en")), r"root/arc: tags is not a list of texts \('en'\)$"),
        (DatasetInfo("arc", tags=wrong(["en", 1])), r"root/arc: tags is not a list of texts \(\['en', 1\]\)$"),
        (
            DatasetInfo("arc", args=wrong(["few_shot"])),
            r"root/arc: args is not a dict with names as keys \(\['few_shot'\]\)$",
        ),
        (DatasetInfo("arc", args=wrong({1: 2})), r"root/arc: args is not a dict with names as keys \({1: 2}\)$"),
        (DatasetInfo("arc", args={"few_shot_num": 10**30}), r"root/arc: args cannot be written as JSON \("),
        (DatasetInfo("arc", task_type=wrong(None)), r"root/arc: task_type is not text \(None\)$"),
    ],
)
def test_what_is_no_schema_is_refused_with_its_path(child, said):
    with pytest.raises(UsageError, match=f"^schema {said}"):
        CollectionSchema("root", datasets=[child]).flatten()


def test_a_group_within_itself_is_refused():
    schema = CollectionSchema("root", datasets=[DatasetInfo("arc")])
    schema.datasets.append(schema)
    with pytest.raises(UsageError, match=r"^schema root/root: the group contains itself"):
        schema.flatten()


def test_an_unknown_normalization_is_refused():
    with pytest.raises(UnknownName, match=r"'levels'\); did you mean level"):
        nested().flatten("levels")


def test_unknown_keys_of_a_file_are_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"^schema root/arc: key: unknown name \('wieght'\); did you mean weight"):
        CollectionSchema.from_dict({"name": "root", "datasets": [{"name": "arc", "wieght": 2}]})
    inner = {"name": "math", "datasets": [{"name": "x", "colour": 1}]}
    with pytest.raises(UnknownName, match=r"^schema root/math/x: key: unknown name"):
        CollectionSchema.from_dict({"name": "root", "datasets": [inner]})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], r"^schema: a part is not an object \(list\); each has at least a name$"),
        ({}, r"^schema: a part has no name \(its keys: none\)$"),
        ({"datasets": [], 1: 2}, r"^schema: a part has no name \(its keys: datasets, 1\)$"),
        ({"name": "root", "datasets": {}}, r"^schema root: datasets is not a list \(dict\)$"),
        ({"name": "root", "datasets": [{"name": "g", "datasets": [7]}]}, r"^schema root/g: a part is not an object"),
        ({"name": "root", "datasets": ["arc"]}, r"^schema root: a part is not an object \(str\)"),
        ({"name": "root", "datasets": [{"name": "arc", "weight": -2}]}, "^schema root/arc: invalid weight"),
    ],
)
def test_malformed_data_is_refused_in_one_sentence(data, said):
    with pytest.raises(UsageError, match=said):
        CollectionSchema.from_dict(data)


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(UsageError) as caught:
        CollectionSchema.from_json(tmp_path / "none.json")
    told = f"schema {tmp_path / 'none.json'}: cannot be read ({os.strerror(errno.ENOENT)})"
    assert caught.value.message == told
    with pytest.raises(UsageError, match=r"^schema: not a CollectionSchema \(dict\)$"):
        exact_shares(wrong({}), "product")
    (tmp_path / "nan.json").write_text('{"name": "root", "weight": NaN, "datasets": []}')
    with pytest.raises(UsageError, match="not JSON"):
        CollectionSchema.from_json(tmp_path / "nan.json")
