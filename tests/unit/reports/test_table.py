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
