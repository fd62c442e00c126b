"""Code in other languages: how a program is put together, and that it runs where the toolchain is."""

import asyncio
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import open_sandbox
from pytest_evalscope.scorers.polyglot import LANGUAGES, name_of, polyglot, whole_program
from pytest_evalscope.types import Completion, Context, Execution, Sample

ROWS = {
    "js": {
        "prompt": "//Return the numbers from 1 up to n.\nfunction count_up(n){\n",
        "tests": "const assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = count_up;\n"
        "  assert.deepEqual(candidate(3),[1, 2, 3]);\n  assert.deepEqual(candidate(0),[]);\n}\n\ntest();",
        "stops": "\nfunction \0\n/*\0\n//\0\nconsole.log",
    },
    "cpp": {
        "prompt": "#include<assert.h>\n#include<stdio.h>\n// Return the sum up to n.\nlong count_up(long n) {\n",
        "tests": "}\nint main() {\n    auto candidate = count_up;\n    assert(candidate((3)) == (6));\n}\n",
        "stops": "\n}",
    },
    "java": {
        "prompt": "import java.util.*;\n\nclass Problem {\n    // Return the sum up to n.\n"
        "    public static long countUp(long n) {\n",
        "tests": "    }\n    public static void main(String[] args) {\n"
        "    assert(countUp((3l)) == (6l));\n    }\n\n}\n",
        "stops": "\n    }\n",
    },
    "rs": {
        "prompt": "/// Return the sum up to n.\nfn count_up(n: isize) -> isize {\n",
        "tests": "}\n\nfn main() {\n    let candidate = count_up;\n    assert_eq!(candidate(3), 6);\n}\n",
        "stops": "\n}",
    },
}
WHOLE = {
    "js": "const count_up = n => [...Array(n).keys()].map(i => i + 1);\n",
    "cpp": "static long half(long n) {\n    return n / 2;\n}\n\n"
    "long count_up(long n) {\n    return half(n * (n + 1));\n}\n",
    "java": "class Problem {\n    static long half(long n) {\n        return n / 2;\n    }\n\n"
    "    public static long countUp(long n) {\n        return half(n * (n + 1));\n    }\n}\n",
    "rs": "fn half(n: isize) -> isize {\n    n / 2\n}\n\nfn count_up(n: isize) -> isize {\n    half(n * (n + 1))\n}\n",
}
CONTINUED = {
    "js": "  return [...Array(n).keys()].map(i => i + 1);\n}\nconsole.log(count_up(2))",
    "cpp": "    return n * (n + 1) / 2;\n}\nlong other() {\n",
    "java": "        return n * (n + 1) / 2;\n    }\n}\n",
    "rs": "    n * (n + 1) / 2\n}\nfn other() {\n",
}


def sample(language):
    return Sample(input="?", metadata={**ROWS[language], "language": language, "name": "count_up"})


def made(language, code, fenced):
    return whole_program(code, fenced, {**ROWS[language], "name": "count_up"}, LANGUAGES[language], "T0")


def test_a_whole_function_takes_the_place_of_the_prompts_and_keeps_its_headers():
    assert made("cpp", WHOLE["cpp"], True) == (
        "#include<assert.h>\n#include<stdio.h>\n" + WHOLE["cpp"].rstrip().removesuffix("}") + "\n"
        "}\nint main() {\n    auto candidate = count_up;\n    assert(candidate((3)) == (6));\n\n"
        'puts("T0");\n}\n'
    )


def test_a_continuation_stands_behind_the_prompt_up_to_its_end():
    assert made("rs", CONTINUED["rs"], False) == (
        ROWS["rs"]["prompt"] + "    n * (n + 1) / 2\n}\n\nfn main() {\n    let candidate = count_up;\n"
        '    assert_eq!(candidate(3), 6);\n\nprintln!("T0");\n}\n'
    )


def test_of_a_class_function_and_class_stay_open():
    text = made("java", WHOLE["java"], True)
    assert text.startswith("import java.util.*;\nclass Problem {\n")
    assert text.endswith('    assert(countUp((3l)) == (6l));\n    \nSystem.out.println("T0");\n}\n}\n')
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("code", [WHOLE, CONTINUED])
@pytest.mark.parametrize("language", ["js", "cpp", "java", "rs"])
def test_braces_match(language, code):
    text = made(language, code[language], code is WHOLE)
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("language", ["js", "cpp"])
def test_it_runs_where_the_toolchain_is(language):
    async def marked():
        sandbox = open_sandbox("local")
        context = Context(model=cast("Any", None), sandbox=sandbox)
        score = polyglot()
        try:
            await score.ready(f"humaneval-{language}", context)
            replies = (f"```{language}\n{WHOLE[language]}```", CONTINUED[language])
            return [await score(sample(language), Completion(text=reply), context) for reply in replies]
        finally:
            await sandbox.aclose()

    try:
        scores = asyncio.run(marked())
    except SandboxError as error:
        pytest.skip(error.message)
    assert [(score.values["accuracy"], score.explanation) for score in scores] == [(1.0, "")] * 2


class Lacking:
    name = "lacking"

    async def run(self, program):
        return Execution(ended="exit", exit_code=127, stdout="", stderr="not found", seconds=0.1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_toolchain_that_is_missing_is_told(language):
    context = Context(model=cast("Any", None), sandbox=cast("Any", Lacking()))
    with pytest.raises(SandboxError) as caught:
        asyncio.run(polyglot().ready(f"humaneval-{language}", context))
    assert caught.value.message.startswith(f"sandbox lacking: the toolchain of 'humaneval-{language}' is missing (")
    assert "--eval-sandbox=docker:IMAGE" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "function"),
    [("HumanEval_0_has_close_elements", "has_close_elements"), ("mbpp_3_is_not_prime", "is_not_prime"), ("x", "x")],
)
def test_a_row_names_its_function(name, function):
    assert name_of(name) == function
