"""The code of a completion in other languages than Python: which of its blocks, and what goes with it."""

from __future__ import annotations

import pytest

from pytest_evalscope.scorers.polyglot import LANGUAGES, find_code


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("```\na\n```\n```c++\nb\n```\n```cpp\nc\n```", ("b\n", True)),
        ("```js\na\n```\n```\nb\n```", ("b\n", True)),
        ("```js\na\n```\n```rust\nb\n```", ("a\n", True)),
        ("<think>```cpp\nb\n```</think>\n    a", ("    a", False)),
        ("a", ("a", False)),
        ("```cpp\n```", (None, True)),
        (" ", (None, False)),
    ],
)
def test_the_code_is_the_first_block_in_its_language_or_in_none_else_the_first(reply, found):
    assert find_code(reply, LANGUAGES["cpp"]) == found


HELPED = {
    "cpp": ("int helper(int a) {\n    return a + 1;\n}\n",
            "#include <vector>\nint count_up(int a) {\n    if (a) { return 1; }\n    return helper(a);\n}\n",
            "#include <vector>\nHELPER\nint count_up(int a) {\n    if (a) { return 1; }\n    return helper(a);\n}\n"),
    "java": ("static long helper(long a) {\n    return a;\n}\n",
             "import a.b;\nclass Problem {\n  static int count_up(int a) {\n    return helper(a);\n  }\n}\n",
             "import a.b;\nclass Problem {\n\nHELPER  static int count_up(int a) {\n    return helper(a);\n  }\n}\n"),
    "js": ("const helper = (a) => a + 1;\n", "function count_up(a) {\n    return helper(a);\n}\n",
           "HELPER\nfunction count_up(a) {\n    return helper(a);\n}\n"),
    "rs": ("fn helper(a: i64) -> i64 { a + 1 }\n", "fn count_up(a: i64) -> i64 { helper(a) }\n",
           "HELPER\nfn count_up(a: i64) -> i64 { helper(a) }\n"),
    "sh": ("helper() {\n  echo 1\n}\n", "count_up() {\n  helper $1\n}\n",
           "HELPER\ncount_up() {\n  helper $1\n}\n"),
}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("language", HELPED)
def test_a_function_is_kept_together_with_those_of_other_blocks_that_it_calls(language, turned):
    helper, function, together = HELPED[language]
    name = LANGUAGES[language].blocks[0]
    reply = "".join(f"```{name}\n{block}```\nand\n" for block in ((function, helper) if turned else (helper, function)))
    assert find_code(reply, LANGUAGES[language], "count_up") == (together.replace("HELPER", helper), True)


def test_what_a_function_does_not_call_and_another_try_of_it_are_left_out():
    blocks = ("int other() {\n}", "int count_up(int a) {\n  return a;\n}",
    "int count_up(int a) {\n  return other();\n}",
              "int main() {\n  count_up(other());\n}")  # fmt: skip
    reply = "".join(f"```cpp\n{block}\n```\n" for block in blocks)
    assert find_code(reply, LANGUAGES["cpp"], "count_up") == (f"{blocks[1]}\n", True)


def test_a_helper_of_a_helper_is_kept_too():
    blocks = ("int one() {\n  return 1;\n}", "int two() {\n  return one();\n}", "int count_up() {\n  return two();\n}")
    reply = "".join(f"```cpp\n{block}\n```\n" for block in blocks)
    assert find_code(reply, LANGUAGES["cpp"], "count_up")[0] == "{}\n{}\n\n{}\n".format(*blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_blocks_of_a_language_are_known_by_each_of_its_names(language):
    for name in {
        "cpp": "cpp c++ cc",
        "java": "java",
        "js": "js javascript node",
        "rs": "rust rs",
        "sh": "bash sh shell",
    }[language].split():
        assert find_code(f"```\na\n```\n```{name}\nb\n```", LANGUAGES[language]) == ("b\n", True)
