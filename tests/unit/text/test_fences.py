"""Code blocks of Markdown."""

import pytest

from pytest_evalscope.text import fenced_blocks


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
        ("   ```\n  a\n    b\n\n\tc\n   ```", [("", "a\n b\n\n\tc\n")]),
        ("\t```\n\ta\n```", [("", "\ta\n")]),
        ("``` \na\n``` b\nc", [("", "a\n")]),
        ("```a `b`\nc", []),
        ("``\na\n``", []),
        ("```\na\n```\n```js\nb", [("", "a\n"), ("js", "b")]),
        ("```\na ```\n```", [("", "a ```\n")]),
    ],
)
def test_blocks(text, blocks):
    assert fenced_blocks(text) == blocks
