"""The field's words: how docstrings begin, and words that stay out of docstrings, comments and messages.

Numbers per room are ceilings: what is left to do there, which a change may lower and never raise. A room without one
has none left.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator

import pytest

FIRST_WORDS = {
    *("What", "Whether", "That", "Which", "How", "Where", "When", "Who", "Whose", "Why", "Nothing", "Everything"),
    *("Such", "Of"),
}
"""A docstring begins with a noun or an imperative verb instead: "Return whether …", "Number of …", "Path of …"."""
FIRST_WORDS_LEFT: dict[str, int] = {}
WORDS = {
    "request or run": r"ask(?:s|ed|ing)?",
    "score": r"(?<!question )(?<!exclamation )(?<!quotation )(?<!punctuation )(?<!combining )(?<!order )"
    r"mark(?:s|ed|ing)?",
    "completion, response or verdict": r"repl(?:y|ies|ied)",
    "reported, named or known": r"told",
    "is or contains": r"stands?|stood|standing",
    "sampled": r"drawn",
    "contained or kept": r"held",
    "at most": r"at the most",
    "few-shot examples": r"worked examples?",
    "not found, or None without one": r"there (?:is|are) (?:none|not|no such)",
    "not supported": r"no counterpart",
}
"""What to write → the pattern of what not to write, between the ends of words."""
WORDS_LEFT = {
    "scorers": 6,  # in messages that a judge is sent, which are a prompt
}
ENDINGS_LEFT: dict[str, int] = {}
"""Messages that end in "…; X is", where "…; accepted: X" is to be written."""
_WORDS = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in WORDS.values()), re.IGNORECASE)
_ENDING = re.compile(r"; [^;]*\b(?:is|are|do|does|can)\Z")
_CODE = re.compile("`[^`\n]*`")  # names there are those of files, options and interfaces
_NAMED = ("help", "hint", "explanation")


def room_of(path: str) -> str:
    """Return the room of a file; `(package)` for a file that is in none."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else "(package)"


def docstrings(tree: ast.Module) -> Iterator[str]:
    """Yield every docstring, those below the fields of a class and below constants included."""
    for node in ast.walk(tree):
        for statement in getattr(node, "body", ()) if not isinstance(node, (ast.Lambda, ast.IfExp)) else ():
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield text


def comments(source: str) -> Iterator[str]:
    """Yield every comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def messages(tree: ast.Module) -> Iterator[str]:
    """Yield the texts in what is raised, in what makes an error, and in the arguments `help`, `hint`, `explanation`."""
    found: dict[tuple[int, int, str], str] = {}
    for node in ast.walk(tree):
        for part in _speaking(node):
            for text in ast.walk(part):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found[text.lineno, text.col_offset, text.value] = text.value
    yield from found.values()


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield every text that is not a docstring as a whole, with `{}` for what an f-string fills in."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def words_in(text: str) -> list[str]:
    """Return the words of a text that are to be written otherwise, in their order."""
    return _WORDS.findall(_CODE.sub("", text))


def _speaking(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return [node.exc]
    if not isinstance(node, ast.Call):
        return []
    if ast.unparse(node.func).endswith(("Error", "UnknownName", "MissingExtra", "DataNotFound")):
        return [node]
    return [keyword.value for keyword in node.keywords if keyword.arg in _NAMED]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the model is asked, and its reply marked", ["asked", "reply", "marked"]),
        ("a mask, a benchmark, a marker, a task", []),
        ("in quotation marks, with a question mark", []),
        (
            "standing orders stand; there is none, and there are not",
            ["standing", "stand", "there is none", "there are not"],
        ),
        ("the outcome `not_asked`, in `MARK` and `reply`", []),
        ("At the most 3 worked examples", ["At the most", "worked examples"]),
    ],
)
def test_words_are_found_whole(text, found):
    assert words_in(text) == found


def test_texts_are_found_where_they_speak():
    tree = ast.parse(
        '"""One."""\nclass A:\n    x: int\n    """Two."""\n    def f(self):\n        "Three."\n'
        "        raise ValueError(f'four {self} five')\ng(help='six', name='no')\nUsageError('seven', hint='eight')\n"
    )
    assert list(docstrings(tree)) == ["One.", "Two.", "Three."]
    assert set(messages(tree)) == {"four ", " five", "six", "seven", "eight"}
    assert list(comments("x = 1  # nine\n")) == ["# nine"]
    assert sorted(sentences(ast.parse("a = f'b {c} d'; e = 'f' 'g'"))) == ["b {} d", "fg"]


def test_more_than_what_is_left_is_named():
    places = ["pytest_evalscope/run/a.py: x", "pytest_evalscope/run/b.py: y", "pytest_evalscope/cli/c.py: z"]
    assert over(places, {"run": 2, "cli": 1}) == []
    assert over(places, {"run": 1, "cli": 1}) == places[:2]
    assert over([*places, "pytest_evalscope/errors.py: w"], {"run": 2, "cli": 1}) == ["pytest_evalscope/errors.py: w"]


def over(places: list[str], left: dict[str, int]) -> list[str]:
    """Return the places in rooms that have more of them than are left to do; each begins with a path."""
    counts = Counter(room_of(place.partition(":")[0]) for place in places)
    rooms = {room for room, count in counts.items() if count > left.get(room, 0)}
    return [place for place in places if room_of(place.partition(":")[0]) in rooms]


def test_a_docstring_begins_with_a_noun_or_a_verb(package):
    firsts = [
        (re.match(r"\W*(\w*)", text), f"{path}: {' '.join(text.split())[:80]}")
        for path, tree in package.items()
        for text in docstrings(tree)
    ]
    assert over([place for first, place in firsts if first and first[1] in FIRST_WORDS], FIRST_WORDS_LEFT) == []


def test_the_fields_words_are_written(package, root):
    texts = [
        (path, text)
        for path, tree in package.items()
        for text in (*docstrings(tree), *comments((root / path).read_text("utf-8")), *messages(tree))
    ]
    places = [f"{path}: {word} ({' '.join(text.split())[:80]})" for path, text in texts for word in words_in(text)]
    assert over(places, WORDS_LEFT) == []


def test_a_message_says_what_is_accepted(package):
    endings = [(path, text) for path, tree in package.items() for text in sentences(tree) if _ENDING.search(text)]
    assert over([f"{path}: {text[-80:]}" for path, text in endings], ENDINGS_LEFT) == []
