"""Code blocks of Markdown."""

import pytest

from pytest_evalscope.text import fenced_blocks
from pytest_evalscope.text.fences import MOST, code_blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("no ```inline``` block", []),
        ("```inline``` at the start", []),
        ("```\na\n```", [("", "a\n")]),
        ("say\n```Python title=x\na\n  b\n```\nand\n````js\nc\n````", [("python", "a\n  b\n"), ("js", "c\n")]),
        ("```XML\na", [("xml", "a")]),
        ("```py\n```", [("py", "")]),
        (" - x\n   ```py\n   a\n     b\n c\n   ```", [("py", "a\n  b\nc\n")]),
        ("```py\r\na\r\n```\r\n", [("py", "a\r\n")]),
        # What lines are indented by among themselves stays, unlike in CommonMark: it is Python's grammar.
        ("   ```\n  a\n    b\n\n c\n   ```", [("", "a\n  b\n\nc\n")]),
        ("   ```\ndef f():\n  return 1\n   ```", [("", "def f():\n  return 1\n")]),
        ("\t```\n\ta\n```", [("", "a\n")]),
        ("``` \na\n``` b\nc", [("", "a\n")]),
        ("```a `b`\nc", []),
        ("``\na\n``", []),
        ("```\na\n```\n```js\nb", [("", "a\n"), ("js", "b")]),
    ],
)
def test_blocks(text, blocks):
    assert fenced_blocks(text) == blocks


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("{python}", "python"), (" {.python}", "python"), ("{#lst:a-b .python .b}", "python"),
        ("python:main.py", "python"),
        ("python=", "python"), ("python{1,3}", "python"), ("Python 3", "python"), ("language-python", "python"),
        ("main.py", "main.py"), ("python3.11", "python3.11"), ("c++", "c++"), ("objective-c", "objective-c"), ("", ""),
        (' python title="a b.py"', "python"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_the_language_of_a_block(info, language, fence):
    assert fenced_blocks(f"{fence}{info}\na\n{fence}\n") == [(language, "a\n")]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("~~~py\na\n```\n~~~", [("py", "a\n```\n")]),
        ("````py\n```\na\n```\n````", [("py", "```\na\n```\n")]),
        ("~~~py\na\n~~~~~\nb", [("py", "a\n")]),
        ("Title\n~~~~~\nb", []),
        ("1 + x\n~~~^~~\nb", []),
        ("> ```py\n> if a:\n>     b\n> ```\nc", [("py", "if a:\n    b\n")]),
        (">> ```py\n>> >>> a\n>> ```", [("py", ">>> a\n")]),
        ("> ```py\nif a:\n    b\n```", [("py", "if a:\n    b\n")]),
        ("> 1. ```py\n>    a\n>    ```", [("py", "a\n")]),
        ("1) ```py\n   if a:\n     b\n   ```\n2) c", [("py", "if a:\n  b\n")]),
        ("1. ```py\na\n```\n2. c", [("py", "a\n")]),
        ("- ```py\n  a\n  ```\n- ```\n  b\n  ```", [("py", "a\n"), ("", "b\n")]),
    ],
)
def test_blocks_in_quotes_and_lists_and_of_tildes(text, blocks):
    assert fenced_blocks(text) == blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        # Glued to other words.
        ("Here it is: ```py\na\n```", [("py", "a\n")]),
        ("**Solution:**```py\na\n```", [("py", "a\n")]),
        ("Here:```\na\n```", [("", "a\n")]),
        ("I use ``` and ```py\na", []),
        ("```py\nreturn a```", [("py", "return a")]),
        ("```py\nreturn a```\n```\nb", [("py", "return a")]),
        ("```py\nreturn a ```\nb\n```js\nc\n```", [("py", "return a "), ("js", "c\n")]),
        ("```py\n# ```\na  # as in ```\nb\n```", [("py", "# ```\na  # as in ```\nb\n")]),
        ("```rust\n/// ```\n/// f()\n/// ```\nfn f() {}\n```", [("rust", "/// ```\n/// f()\n/// ```\nfn f() {}\n")]),
        ("```js\n/**\n * ```\n * f()\n * ```\n */\n```", [("js", "/**\n * ```\n * f()\n * ```\n */\n")]),
        ("```py\na\n``` That is all.\nb", [("py", "a\n")]),
        # Forgotten.
        ("```py\na\n```js\nb\n```", [("py", "a\n"), ("js", "b\n")]),
        ("```py\na\n    ```\nb", [("py", "a\n")]),
        ("````py\na\n```\nb", [("py", "a\n")]),
        ("```py\na\n    ```\n```js\nb\n```", [("py", "a\n"), ("js", "b\n")]),
        ("def f():\n    return 1\n```", [("", "def f():\n    return 1\n")]),
        ("    return 1\n```\n\nIt adds:\n```\n2\n```", [("", "    return 1\n"), ("", "2\n")]),
        ("# one\nimport a\n```\nThis is\n```py\nb\n```", [("", "# one\nimport a\n"), ("py", "b\n")]),
        ("Here is the code:\n```\na", [("", "a")]),
        ("# Solution\n\n```\na", [("", "a")]),
        ("x = 1\n```\ny = 2\n```", [("", "y = 2\n")]),
        ("a\n```\n", []),
    ],
)
def test_blocks_as_models_write_them(text, blocks):
    assert fenced_blocks(text) == blocks


@pytest.mark.parametrize("quotes", ['"""', "'''"])
@pytest.mark.parametrize("indent", ["", "  ", "    "])
def test_a_fence_in_a_docstring_ends_no_block(quotes, indent):
    code = f"s = 'a'; t = {quotes}b{quotes}\ndef f():\n{indent}{quotes}It's.\n{indent}```py\n{indent}f()\n{indent}```\n"
    code += f"{indent}{quotes}\n{indent}# {quotes}\n{indent}return 1\n"
    assert fenced_blocks(f"```py\n{code}```\nThat's it.\n```\nb\n```") == [("py", code), ("", "b\n")]
    assert fenced_blocks(code) == []


def test_a_string_that_never_ends_hides_no_fence():
    assert fenced_blocks('```py\na = """\n```\nb\n```\nc\n```') == [("py", 'a = """\n'), ("", "c\n")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```\nplan\n```\n```python\na\n```\n```py3\nb\n```", ["a\n", "b\n"]),
        ("```bash\nx\n```\n```\na\n```", ["a\n"]),
        ("```bash\nx\n```", []),
        ("```python\n\n```\n```Python3.11\na\n```\n```main.py\nb\n```", ["a\n", "b\n"]),
        ("```pycon\nx\n```\n```text\ny\n```", []),
    ],
)
def test_blocks_of_a_language_come_before_those_that_name_none(text, found):
    assert code_blocks(text, {"py", "python"}) == found


def test_no_more_fences_are_looked_at_than_any_completion_has():
    assert len(fenced_blocks("```py\na\n```\n" * MOST)) == MOST // 2
