import pytest

from pytest_evalscope.reports.table import Block, Note, Table, markdown_lines, terminal_lines

TABLE = Table(
    title="fruit",
    headers=("name", "kind", "count"),
    rows=(("apple", "tree", "3"), ("a very long name of a berry", "bush", "12000")),
    numbers=frozenset({"count"}),
    optional=("kind",),
    footer="… and 2 more",
)


def test_a_table_in_a_wide_terminal():
    assert terminal_lines([TABLE, Note(lines=("that is all",), title="end")], 80) == [
        "fruit",
        "name                         kind  count",
        "---------------------------  ----  -----",
        "apple                        tree      3",
        "a very long name of a berry  bush  12000",
        "… and 2 more",
        "",
        "end",
        "that is all",
    ]


def test_a_narrow_terminal_goes_without_optional_columns_and_then_breaks_names():
    assert terminal_lines([TABLE], 34)[3:5] == [
        "apple                            3",
        "a very long name of a berry  12000",
    ]
    assert terminal_lines([TABLE], 24)[3:6] == [
        "apple                  3",
        "a very long name   12000",
        "  of a berry",
    ]
    assert max(map(len, terminal_lines([TABLE], 5)[1:-2])) == 12 + 2 + 5


@pytest.mark.parametrize(
    ("width", "header", "name"),
    [
        (40, "name                         kind  count", "a very long name of a berry  bush"),
        (39, "name                         count", "a very long name of a berry"),
        (34, "name                         count", "a very long name of a berry"),
        (33, "name                        count", "a very long name of a"),
        (20, "name           count", "a very long"),
    ],
)
def test_a_table_is_narrowed_no_further_than_the_width_asks(width, header, name):
    lines = terminal_lines([TABLE], width)
    assert (lines[1], lines[4].rpartition("  ")[0].rstrip()) == (header, name)


def test_optional_columns_go_in_their_order_and_no_more_than_needed():
    table = Table(title="", headers=("a", "b", "c"), rows=(("1", "2", "3"),), optional=("b", "a"))
    assert [terminal_lines([table], width)[0] for width in (7, 6, 4, 3)] == ["a  b  c", "a  c", "a  c", "c"]


def test_the_widest_texts_are_broken_first_and_numbers_never():
    long = ("x" * 20, "1" * 20, "y" * 17)
    table = Table(title="", headers=("a", "b", "c"), rows=(long,), numbers=frozenset({"b"}))
    assert terminal_lines([table], 58)[2:] == [f"{'x' * 17}  {'1' * 20}  {'y' * 17}", "  xxx"]
    assert terminal_lines([table], 40)[2:] == [f"{'x' * 12}  {'1' * 20}  {'y' * 12}", f"  {'x' * 8}{'y' * 5:>31}"]


def test_columns_to_spare_go_where_broken_names_are_not_enough():
    table = Table(title="", headers=("a", "b"), rows=(("x" * 20, "1" * 9),), numbers=frozenset({"b"}), spare=("b",))
    assert [terminal_lines([table], width)[2] for width in (23, 22)] == ["x" * 12 + "  " + "1" * 9, "x" * 20]


def test_a_heading_spans_the_table_and_rows_below_it_are_indented():
    rows = (("a heading that is wider than the table",), ("  part_of_a_name", "1"), ("  b", "2"))
    table = Table(title="", headers=("name", "n"), rows=rows, numbers=frozenset({"n"}))
    assert terminal_lines([table], 16) == [
        "name           n",
        "-------------  -",
        "a heading that",
        "  is wider than",
        "  the table",
        "  part_of_a_   1",
        "    name",
        "  b            2",
    ]
    assert markdown_lines([table])[2] == "| a heading that is wider than the table |  |"


def test_a_character_of_two_columns_counts_as_two():
    table = Table(
        title="", headers=("名前", "n"), rows=(("초등_한국사", "1"), ("e\u0301", "2")), numbers=frozenset({"n"})
    )
    assert terminal_lines([table], 80) == ["名前         n", "-----------  -", "초등_한국사  1", "e\u0301            2"]
    lines = ["名前          n", "------------  -", "高等学校日本  1", "  史"]
    assert terminal_lines([Table(title="", headers=("名前", "n"), rows=(("高等学校日本史", "1"),))], 15) == lines


def test_text_that_looks_like_a_number_stays_as_it_is():
    table = Table(title="", headers=("a", "b"), rows=(("1e3", "007"), ("x", "1.50")), numbers=frozenset({"b"}))
    assert terminal_lines([table], 80)[2:] == ["1e3   007", "x    1.50"]


def test_a_sentence_may_be_longer_than_a_cell():
    long = "x" * 2000
    table = Table(title=long, headers=("a",), rows=((long,),), footer=long)
    note = Note(lines=(long,), title=long)
    lines = terminal_lines([table, note], 5000)
    assert [len(line) for line in lines] == [300, 1, 300, 300, 300, 0, 300, 1000]
    marked = [len(line) for line in markdown_lines([table, note])]
    assert marked == [304, 0, len("| a |"), len("| --- |"), 304, 0, 300, 0, 304, 0, 1002]


def test_a_table_in_markdown():
    assert markdown_lines([TABLE, Note(lines=("that is all",))]) == [
        "### fruit",
        "",
        "| name | kind | count |",
        "| --- | --- | ---: |",
        "| apple | tree | 3 |",
        "| a very long name of a berry | bush | 12000 |",
        "",
        "… and 2 more",
        "",
        "- that is all",
    ]


def test_a_table_without_rows_keeps_its_headers():
    empty = Table(title="", headers=("a", "b"), rows=())
    assert terminal_lines([empty], 80) == ["a  b", "-  -"]
    assert markdown_lines([empty]) == ["| a | b |", "| --- | --- |"]


@pytest.mark.parametrize("command", ["::error file=x::y", "##[group]x", "  ::add-mask::x", "\x1b[2J::stop-commands::x"])
def test_no_line_is_a_command_of_a_build_log(command):
    blocks: list[Block] = [
        Table(title=command, headers=("a",), rows=((command,),)),
        Note(lines=(command,), title=command),
    ]
    for line in terminal_lines(blocks, 80):
        assert not line.lstrip().startswith(("::", "##["))
        assert "\x1b" not in line
