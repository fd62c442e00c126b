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


def test_a_narrow_terminal_goes_without_optional_columns_and_then_without_the_middle_of_names():
    assert terminal_lines([TABLE], 34)[3:5] == [
        "apple                            3",
        "a very long name of a berry  12000",
    ]
    assert terminal_lines([TABLE], 24)[3:5] == [
        "apple                  3",
        "a very l… a berry  12000",
    ]
    assert max(map(len, terminal_lines([TABLE], 5))) == 12 + 2 + 5


@pytest.mark.parametrize(
    ("width", "header", "name"),
    [
        (40, "name                         kind  count", "a very long name of a berry  bush"),
        (39, "name                         count", "a very long name of a berry"),
        (34, "name                         count", "a very long name of a berry"),
        (33, "name                        count", "a very long …me of a berry"),
        (20, "name           count", "a very… berry"),
    ],
)
def test_a_table_is_narrowed_no_further_than_the_width_asks(width, header, name):
    lines = terminal_lines([TABLE], width)
    assert (lines[1], lines[4].rpartition("  ")[0].rstrip()) == (header, name)


def test_optional_columns_go_in_their_order_and_no_more_than_needed():
    table = Table(title="", headers=("a", "b", "c"), rows=(("1", "2", "3"),), optional=("b", "a"))
    assert [terminal_lines([table], width)[0] for width in (7, 6, 4, 3)] == ["a  b  c", "a  c", "a  c", "c"]


def test_several_names_are_shortened_from_the_left_and_numbers_never():
    long = ("x" * 20, "1" * 20, "y" * 20)
    table = Table(title="", headers=("a", "b", "c"), rows=(long,), numbers=frozenset({"b"}))
    assert terminal_lines([table], 60)[2] == f"{'x' * 7}…{'x' * 8}  {'1' * 20}  {'y' * 20}"
    assert terminal_lines([table], 50)[2] == f"{'x' * 5}…{'x' * 6}  {'1' * 20}  {'y' * 6}…{'y' * 7}"


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
