# ruff: noqa: E501 - programs on one line each
"""Code in other languages: how a program is put together, and that it runs where the toolchain is."""

import asyncio
import json
import re
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import open_sandbox
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.polyglot import LANGUAGES, job_of, name_of, polyglot, whole_program
from pytest_evalscope.types import Completion, Context, Execution, Limits, Sample

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


NAMES = {"java": "countUp"}


def sample(language):
    name = name_of(ROWS[language]["prompt"], "HumanEval_0_other")
    return Sample(input="?", metadata={**ROWS[language], "language": language, "name": name})


def made(language, code, fenced):
    return whole_program(
        code, fenced, {**ROWS[language], "name": NAMES.get(language, "count_up")}, LANGUAGES[language], 9
    )


def test_a_whole_function_takes_the_place_of_the_prompts_and_keeps_its_headers():
    assert made("cpp", WHOLE["cpp"], True) == (
        "#include<assert.h>\n#include<stdio.h>\n" + WHOLE["cpp"].rstrip().removesuffix("}") + "\n"
        "}\nint main() {\n    auto candidate = count_up;\n    assert(candidate((3)) == (6));\n\n"
        'unsigned long long last_ = 0; if (scanf("%llu", &last_) != 1) return 1; last_ ^= 9ULL; '
        'assert((last_ & 1) == 0); printf("\\n%llu\\n", last_);\n}\n'
    )


def test_a_continuation_stands_behind_the_prompt_up_to_its_end():
    assert made("rs", CONTINUED["rs"], False) == (
        ROWS["rs"]["prompt"] + "    n * (n + 1) / 2\n}\n\nfn main() {\n    let candidate = count_up;\n"
        "    assert_eq!(candidate(3), 6);\n\nlet mut last_ = String::new(); std::io::stdin().read_line(&mut last_)"
        ".unwrap(); let last_ = last_.trim().parse::<u64>().unwrap() ^ 9u64; "
        'assert_eq!(last_ & 1, 0); println!("\\n{}", last_);\n}\n'
    )


def test_of_a_class_function_and_class_stay_open():
    text = made("java", WHOLE["java"], True)
    assert text.startswith("import java.util.*;\nclass Problem {\n")
    assert text.endswith(
        "    assert(countUp((3l)) == (6l));\n    \nlong last_ = new java.util.Scanner(System.in).nextLong() ^ 9L; "
        'assert((last_ & 1L) == 0L); System.out.println("\\n" + last_);\n}\n}\n'
    )
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


TUPLES = "/usr/multiple/javatuples-1.2.jar:/usr/share/java/javatuples.jar:."
RUN = {
    "cpp": (["g++", "-std=c++17", "main.cpp", "-o", "main"], ["./main"], "compiled", 4096),
    "java": (
        ["javac", "-J-Xmx1g", "-encoding", "UTF8", "-cp", TUPLES, "Problem.java"],
        ["java", "-Xmx1g", "-ea", "-cp", TUPLES, "Problem"],
        "compiled",
        16384,
    ),
    "js": (None, ["node", "--max-old-space-size=1024"], "node", 16384),
    "rs": (["rustc", "main.rs", "-o", "main"], ["./main"], "compiled", 4096),
    "sh": (None, ["bash"], "shell", 4096),
}
PROBES = {
    "cpp": ("g++", "--version"),
    "java": ("sh", "-c", f"java -version && javap -cp {TUPLES} org.javatuples.Pair"),
    "js": ("node", "--version"),
    "rs": ("rustc", "--version"),
    "sh": ("bash", "--version"),
}


class Seeing:
    """A sandbox in which every program ends alike, or tells that it came to its end."""

    name = "seeing"

    def __init__(self, *, tells, code=0):
        self.tells, self.code, self.programs = tells, code, []

    async def run(self, program):
        self.programs.append(program)
        stdout = f"\n{json.loads(program.stdin)['proof']} 1\n" if self.tells and program.stdin else "passed"
        return Execution(ended="exit", exit_code=self.code, stdout=stdout, stderr="", seconds=0.1)


def seen(language, reply, sandbox):
    row = {"prompt": "f() {\n", "tests": "}\nf", "stops": "", "language": language, "name": "f"}
    context = Context(model=cast("Any", None), sandbox=sandbox)
    return asyncio.run(polyglot()(Sample(input="?", metadata=row), Completion(text=reply), context))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_of_each_language_is_run_and_bounded(language):
    sandbox = Seeing(tells=True)
    score = seen(language, "  1\n", sandbox)
    assert (score.values, score.answer, score.explanation) == ({"accuracy": 1.0}, "  1\n", "")
    (made,) = sandbox.programs
    build, run, form, memory = RUN[language]
    job = json.loads(made.stdin)
    assert (job.get("build"), job["run"], job["form"]) == (build, run, form)
    assert (made.files, made.command[:2]) == ({}, ("python", "-c"))
    # Neither what is run nor its arguments have what proves that it passed.
    assert re.fullmatch("passed [0-9a-f]{32}", job.pop("proof"))
    assert "passed " not in json.dumps(job)
    assert made.limits == Limits(seconds=30.0, memory_mb=memory, processes=128, disk_mb=256)
    asyncio.run(polyglot().ready(f"mbpp-x-{language}", Context(model=cast("Any", None), sandbox=cast("Any", sandbox))))
    assert sandbox.programs[1].command == PROBES[language]


@pytest.mark.parametrize(
    ("tells", "code", "explanation"),
    [(False, 0, "it left before its tests"), (True, 3, "exit code 3"), (False, 3, "exit code 3")],
)
def test_a_program_that_does_not_come_to_its_end_is_wrong(tells, code, explanation):
    score = seen("sh", "x", Seeing(tells=tells, code=code))
    assert (score.values, score.answer, score.explanation) == ({"accuracy": 0.0}, "x", explanation)


def test_nothing_is_run_without_code_or_a_sandbox():
    sandbox = Seeing(tells=True)
    score = seen("sh", " \n", sandbox)
    assert (score.values, score.answer, sandbox.programs) == ({"accuracy": 0.0}, None, [])
    assert failed_values(polyglot(), Sample(input="?")) == {"accuracy": 0.0}
    with pytest.raises(SandboxError) as caught:
        seen("sh", "x", None)
    assert caught.value.message == "polyglot: no sandbox is open"
    assert caught.value.hint == 'a benchmark that runs code says needs=("sandbox",)'


@pytest.mark.parametrize(
    ("code", "fenced", "solution"),
    [
        # A whole function keeps what stands above it but what it brings itself, whatever its own indentation.
        ("use a;\ncount_up() {\n}\n", True, "using c\n#include d\n#! e\nimport b\nuse a;\ncount_up() {\n\n}\n"),
        # In a block it is a whole function though a stop comes before its name.
        ("STOP\ncount_up() {}", True, "use a;\nusing c\n#include d\n#! e\nimport b\nSTOP\ncount_up() {\n}\n"),
        ("x\nSTOP\ncount_up() {}", False, "use a;\n x\nusing c\n#include d\n  #! e\nimport b\nx\n\n}\n"),
        ("x ANDSTOP y", False, "use a;\n x\nusing c\n#include d\n  #! e\nimport b\nx \n}\n"),
    ],
)
def test_what_stands_above_a_function_and_behind_it(code, fenced, solution):
    prompt = "use a;\n x\nusing c\n#include d\n  #! e\nimport b\n"
    row = {"prompt": prompt, "tests": ' } T "$@"\n', "stops": "STOP\0\0AND", "name": "count_up"}
    assert job_of(code, fenced, row, LANGUAGES["sh"]) == {
        "form": "shell",
        "run": ["bash"],
        "solution": solution,
        "tests": ' T "$@"\n',
        "name": "T",
    }


DRAINS = """
const fs = require("fs");
const count_up = n => -1;
for (let round = 0; round < 20; round++)
    for (let other = process.pid + 1; other < process.pid + 6; other++)
        try {
            const input = fs.openSync(`/proc/${other}/fd/0`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
            while (fs.readSync(input, Buffer.alloc(65536)) > 0);
        } catch (error) {}
"""
"""Takes the tests away from the process that is to run them."""
TESTING = """
const fs = require("fs");
const testing = other => +other > 1 && fs.readFileSync(`/proc/${other}/cmdline`, "latin1").endsWith("\\0-\\0");
"""
TAKES = (
    TESTING
    + """
const count_up = n => -1;
for (let round = 0; round < 2000; round++)
    for (const other of fs.readdirSync("/proc"))
        try {
            if (!testing(other)) continue;
            const text = fs.readFileSync(`/proc/${other}/fd/0`, "latin1");
            const output = fs.openSync(`/proc/${other}/fd/1`, "w");
            fs.writeSync(output, "\\n" + /write.'.n([0-9a-f]{32})/.exec(text)[1]);
            fs.closeSync(output);
            round = 2000;
        } catch (error) {}
"""
)
"""Takes them too, and writes their last line for it."""


@pytest.mark.parametrize(
    ("language", "code", "explanation"),
    [
        ("js", "process.exit(0)", "it left before its tests"),
        ("js", "const count_up = () => process.exit(0)", "it left before its tests"),
        ("js", "require('node:assert').deepEqual = () => {}; const count_up = n => 1", None),
        ("js", "console.log(require('fs').readFileSync(0) + ''); process.exit(0)", "it left before its tests"),
        ("js", "Array.prototype.valueOf = Object.is = () => true; const count_up = n => ({})", None),
        ("js", "const count_up = n => { throw 1 }", None),
        ("js", DRAINS, None),
        ("js", TAKES, None),
        ("cpp", "#include <stdlib.h>\nlong count_up(long n) { exit(98); }", "exit code 1"),
        ("cpp", "#undef assert\n#define assert(x) ((void)0)\nlong count_up(long n) { return 0; }",
        "its tests cannot fail"),
        ("cpp", "#define NDEBUG\n#include <assert.h>\nlong count_up(long n) { return 0; }", "its tests cannot fail"),
        ("cpp", "#include <stdlib.h>\nlong count_up(long n) { exit(0); }", "it left before its tests"),
        ("cpp",
        "#include <fstream>\n#include <iostream>\nlong count_up(long n) {\n std::cout << std::ifstream(\"main.cpp\").rdbuf()\n << std::ifstream(\"/proc/self/exe\").rdbuf() << std::cin.rdbuf() << std::endl; _Exit(0); }", "it left before its tests"),
        ("java", "class Problem {\n public static long countUp(long n) { System.exit(0); return 0; }\n}",
        "it left before its tests"),
    ],
)  # fmt: skip
def test_no_program_forges_what_its_tests_say(language, code, explanation):
    async def marked():
        sandbox = open_sandbox("local")
        context = Context(model=cast("Any", None), sandbox=sandbox)
        score = polyglot()
        try:
            await score.ready(f"humaneval-{language}", context)
            return await score(sample(language), Completion(text=f"```{language}\n{code}\n```"), context)
        finally:
            await sandbox.aclose()

    try:
        score = asyncio.run(marked())
    except SandboxError as error:
        pytest.skip(error.message)
    assert score.values == {"accuracy": 0.0}
    assert explanation in (None, score.explanation)


def test_a_solution_cannot_debug_the_node_of_its_tests():
    code = (
        TESTING
        + """
const count_up = n => {
    process.kill(+fs.readdirSync("/proc").find(testing), "SIGUSR1");
    return Array.from({length: n}, (_, at) => at + 1);
};
"""
    )
    sandbox, ended = open_sandbox("local"), []

    class Keeping:
        name = "local"

        async def run(self, program):
            ended.append(await sandbox.run(program))
            return ended[-1]

    async def marked():
        context = Context(model=cast("Any", None), sandbox=cast("Any", Keeping()))
        try:
            await polyglot().ready("humaneval-js", context)
            return await polyglot()(sample("js"), Completion(text=f"```js\n{code}\n```"), context)
        finally:
            await sandbox.aclose()

    try:
        score = asyncio.run(marked())
    except SandboxError as error:
        pytest.skip(error.message)
    assert "Debugger" not in ended[-1].stderr
    assert score.values == {"accuracy": 1.0}, "the signal does nothing"


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
