"""Scoring of code in other languages than Python, in the form of MultiPL-E: a prompt, and tests after the code."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.scorers.probes import require_command
from pytest_evalscope.scorers.programs import NO_SANDBOX, explain, proven, without_thoughts
from pytest_evalscope.scorers.running.sources import source
from pytest_evalscope.text.fences import code_blocks, fenced_blocks
from pytest_evalscope.types import Completion, Context, Limits, Program, Sample, Score

HEADER = ("#include", "using ", "import ", "use ", "#!")
"""Beginnings of lines above a function that it may need."""
TUPLES = "/usr/multiple/javatuples-1.2.jar:/usr/share/java/javatuples.jar:."
"""Paths in MultiPL-E's own image and in Debian of the library that its Java prompts import."""
_CALLED = re.compile(r"candidate = ([A-Za-z_]\w*)|([A-Za-z_]\w*) \"\$@\"")
"""The function that tests of JavaScript or a shell call."""
_ROW = re.compile(r"[^_]+_[0-9]+_(\w+)")
_ARGUMENTS = r"\((?:[^(){};]|\([^()]*\))*\)\s*"
_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*(?:<[^<>\n]*>|::<[^<>\n]*>)?\(")
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_KEYWORDS = frozenset(("if", "for", "while", "switch", "catch", "return", "function", "match", "sizeof", "new", "do"))
_CLASS = re.compile(r"^[ \t]*(?:public |final |abstract )*class\s+\w[^{\n]*\{[^\S\n]*\n?", re.MULTILINE)
_TYPES = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Source file and commands of programs in one language."""

    blocks: tuple[str, ...]
    """Names that its code blocks have; the first is the one that prompts use."""
    probe: tuple[str, ...]
    """A command that succeeds where the toolchain is installed."""
    run: tuple[str, ...]
    defined: str
    """Pattern of the beginning of a function `NAME`, which no call of it fits."""
    form: Literal["compiled", "shell", "node"] = "compiled"
    """Form of the separation of the solution from its tests (`running/polyglot.py`)."""
    file: str = ""
    build: tuple[str, ...] = ()
    done: str = ""
    """Statements that read a number, change it by `KEY`, assert that it is even, and write it: they go behind the
    tests, within as many braces as `closing`."""
    closing: int = 0
    memory_mb: int = 4096


LANGUAGES: Mapping[str, Language] = MappingProxyType({
    "cpp": Language(
        blocks=("cpp", "c++", "cc"),
        probe=("g++", "--version"),
        file="main.cpp",
        build=("g++", "-std=c++17", "main.cpp", "-o", "main"),
        run=("./main",),
        defined=rf"\bNAME\s*(?:{_ARGUMENTS}(?:(?:const|noexcept)\s*|->[\w:<>, ]+)*\{{|=\s*\[)",
        done=(
            'unsigned long long last_ = 0; if (scanf("%llu", &last_) != 1) return 1; last_ ^= KEYULL; '
            'assert((last_ & 1) == 0); printf("\\n%llu\\n", last_);'
        ),
        closing=1,
    ),
    "java": Language(
        blocks=("java",),
        probe=("sh", "-c", f"java -version && javap -cp {TUPLES} org.javatuples.Pair"),
        file="Problem.java",
        build=("javac", "-J-Xmx1g", "-encoding", "UTF8", "-cp", TUPLES, "Problem.java"),
        defined=rf"\bNAME\s*{_ARGUMENTS}(?:throws\s[\w., ]+)?\{{",
        run=("java", "-Xmx1g", "-ea", "-cp", TUPLES, "Problem"),
        done=(
            "long last_ = new java.util.Scanner(System.in).nextLong() ^ KEYL; assert((last_ & 1L) == 0L); "
            'System.out.println("\\n" + last_);'
        ),
        closing=2,
        # Java claims far more addresses than it uses; its heap has the bound above.
        memory_mb=16384,
    ),
    "js": Language(
        blocks=("js", "javascript", "node"),
        probe=("node", "--version"),
        defined=r"\bfunction\s*\*?\s*NAME\b|\bNAME\s*(?:=(?!=)|:\s*(?:async\b|function\b|\())",
        run=("node", "--max-old-space-size=1024"),
        form="node",
        memory_mb=16384,
    ),
    "rs": Language(
        blocks=("rust", "rs"),
        probe=("rustc", "--version"),
        file="main.rs",
        build=("rustc", "main.rs", "-o", "main"),
        run=("./main",),
        defined=r"\bfn\s+NAME\b",
        done=(
            "let mut last_ = String::new(); std::io::stdin().read_line(&mut last_).unwrap(); "
            "let last_ = last_.trim().parse::<u64>().unwrap() ^ KEYu64; "
            'assert_eq!(last_ & 1, 0); println!("\\n{}", last_);'
        ),
        closing=1,
    ),
    "sh": Language(
        blocks=("bash", "sh", "shell"),
        probe=("bash", "--version"),
        run=("bash",),
        defined=r"\bfunction\s+NAME\b|^[ \t]*NAME\s*\(",
        form="shell",
    ),
})  # fmt: skip
"""Language of a row → how it is run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class polyglot:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=polyglot()`
    """1 when the completion's code passes its tests in the sandbox, else 0.

    The code is the first block of the completion in the sample's language, else the first block, else the whole
    completion. It is a whole function, or the continuation of the prompt when it does not define the prompt's function.
    It passes when its tests run to their end. The sample's metadata has `language`,
    `name`, `prompt`, `tests` and `stops`. A subset is named `….-LANGUAGE`; without its toolchain in the sandbox, no
    request is made.
    """

    seconds: float = 30.0
    """For compiling and running."""
    metrics: tuple[str, ...] = ("accuracy",)

    async def ready(self, subset: str, context: Context) -> None:
        """Raise SandboxError when the toolchain of this subset's language is missing in the sandbox."""
        await require_command(context.sandbox, LANGUAGES[subset.rpartition("-")[2]].probe, subset)

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises SandboxError without a sandbox."""
        if context.sandbox is None:
            raise SandboxError("polyglot: no sandbox is open", hint=NO_SANDBOX)
        language = LANGUAGES[sample.metadata["language"]]
        answer, fenced = find_code(completion.text, language, sample.metadata["name"])
        if answer is None:
            return Score(values={"accuracy": 0.0}, answer=None)
        proof = f"passed {secrets.token_hex(16)}"
        program = Program(
            command=("python", "-c", source("polyglot")),
            stdin=json.dumps({**job_of(answer, fenced, sample.metadata, language), "proof": proof}),
            limits=Limits(seconds=self.seconds, memory_mb=language.memory_mb, processes=128, disk_mb=256),
        )
        execution = await context.sandbox.run(program)
        right = proven(execution, proof) is not None
        return Score(values={"accuracy": float(right)}, answer=answer, explanation="" if right else explain(execution))


def job_of(code: str, fenced: bool, metadata: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Return the job of `running/polyglot.py`, without the proof of passing."""
    job: dict[str, Any] = {"form": language.form, "run": list(language.run)}
    if language.form == "compiled":
        key = secrets.randbits(62)
        program = whole_program(code, fenced, metadata, language, key)
        return {**job, "file": language.file, "build": list(language.build), "key": str(key), "program": program}
    head, code, closed = _parts(code, fenced, metadata, language)
    tests = metadata["tests"]
    if closed:  # the tests begin with the brace that ends the function
        code, tests = code + "\n}\n", tests.lstrip().removeprefix("}")
    called = _CALLED.search(tests)
    name = (called[1] or called[2]) if called else metadata["name"]
    return {**job, "solution": head + code, "tests": tests, "name": name}


def find_code(completion: str, language: Language, name: str = "") -> tuple[str | None, bool]:
    """Return the code of the completion, None for a completion without any, and whether it was in a block.

    Of the blocks in the language, else those that name none, else all, it is the first that defines the function
    `name`, below those that define functions which it calls; the first one where none defines it.
    """
    text = without_thoughts(completion)
    blocks = code_blocks(text, language.blocks) or [block.text for block in fenced_blocks(text)]
    found = (blocks or [text])[0]
    if name and len(blocks) > 1:
        found = next((block for block in blocks if _defines(block, name, language)), found)
        if _defines(found, name, language):
            taken = ("main", name)
            others = [block for block in blocks if not any(_defines(block, other, language) for other in taken)]
            found = _completed(found, others, language)
    return found if found.strip() else None, bool(blocks)


def _defines(code: str, name: str, language: Language) -> bool:
    return re.search(language.defined.replace("NAME", re.escape(name)), code, re.MULTILINE) is not None


def _completed(code: str, others: list[str], language: Language) -> str:
    """Return code with the other blocks that define functions which it calls and does not define: its headers, these.

    A method of a class that has none of its own around it goes into the class.
    """
    helpers: list[str] = []
    calls = _WORD if language.form == "shell" else _CALL
    for _ in others:
        text = "\n".join((*helpers, code))
        missing = {name for name in calls.findall(text) if not _defines(text, name, language)} - _KEYWORDS
        new = [
            other
            for other in others
            if other not in helpers and any(_defines(other, name, language) for name in missing)
        ]
        if not new:
            break
        helpers = [other for other in others if other in helpers or other in new]
    if not helpers:
        return code
    lines = [*code.splitlines(keepends=True)]
    head = "".join(line for line in lines if line.startswith(HEADER))
    rest = "".join(line for line in lines if not line.startswith(HEADER))
    inside = "".join(helper.rstrip() + "\n" for helper in helpers)
    opened = _CLASS.search(rest) if language.closing > 1 and not _CLASS.search(inside) else None
    place = opened.end() if opened else 0
    return f"{head}{rest[:place]}\n{inside}{rest[place:]}" if opened else f"{head}{inside}\n{rest}"


def whole_program(code: str, fenced: bool, metadata: Mapping[str, str], language: Language, key: int) -> str:
    """Return the program that the code makes with the prompt and the tests, and that proves with `key` that it ended.

    Text after a continuation outside of a block is cut off.
    """
    head, code, _ = _parts(code, fenced, metadata, language)
    body = _open(metadata["tests"], language.closing)
    return f"{head}{code}\n{body}\n{language.done.replace('KEY', str(key))}\n" + "}\n" * language.closing


def _parts(code: str, fenced: bool, metadata: Mapping[str, str], language: Language) -> tuple[str, str, bool]:
    """Return what goes above the code, the code, and whether its function is still open: the tests close it."""
    prompt = metadata["prompt"]
    opened = metadata["tests"].lstrip().startswith("}")
    continued = code
    for stop in metadata["stops"].split("\0"):
        continued = continued.partition(stop)[0] if stop else continued
    defined = language.defined.replace("NAME", re.escape(metadata["name"]))
    if not re.search(defined, code if fenced else continued, re.MULTILINE):
        return prompt, continued, opened
    there = {line.strip() for line in code.splitlines()}
    lines = (line.strip() for line in prompt.splitlines())
    head = "\n".join(line for line in lines if line.startswith(HEADER) and line not in there) + "\n"
    # After the brace the tests go on within what is open.
    return head, _open(code, language.closing or 1) if opened else code, opened


def name_of(prompt: str, row: str) -> str:
    """Return the name of the function that the prompt's last line begins, or else `has_close` of a row's name.

    MultiPL-E renames what another language has: in C++ `strlen` of `HumanEval_23_strlen` is `string_length`.
    """
    line = prompt.rstrip().rpartition("\n")[2]
    while (shorter := _TYPES.sub("", line)) != line:  # arguments of types, one within the other
        line = shorter
    begun = re.search(r"(\w+)\s*\(", line)
    named = _ROW.fullmatch(row)
    return begun[1] if begun else named[1] if named else row


def _open(text: str, braces: int) -> str:
    """Return a text without as many braces at its end, or without all of them if there are fewer."""
    for _ in range(braces):
        text = text.rstrip().removesuffix("}")
    return text
