"""Scoring of code in other languages than Python, in the form of MultiPL-E: a prompt, and tests after the code."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.scorers.probes import require_command
from pytest_evalscope.scorers.programs import NO_SANDBOX, explain
from pytest_evalscope.text import fenced_blocks
from pytest_evalscope.types import Completion, Context, Limits, Program, Sample, Score

HEADER = ("#include", "using ", "import ", "use ", "#!")
"""Beginnings of lines above a function that it may need."""
TUPLES = "/usr/multiple/javatuples-1.2.jar:/usr/share/java/javatuples.jar:."
"""Paths in MultiPL-E's own image and in Debian of the library that its Java prompts import."""
_NAME = re.compile(r"[^_]+_[0-9]+_(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Source file and commands of programs in one language."""

    blocks: tuple[str, ...]
    """Names that its code blocks have; the first is the one that prompts use."""
    file: str
    command: tuple[str, ...]
    probe: tuple[str, ...]
    """A command that succeeds where the toolchain is installed."""
    done: str
    """A statement that writes `TOKEN`: after the tests, within as many braces as `closing`."""
    closing: int = 0
    memory_mb: int = 4096


LANGUAGES: Mapping[str, Language] = MappingProxyType({
    "cpp": Language(
        blocks=("cpp", "c++", "cc"),
        file="main.cpp",
        command=("sh", "-c", "g++ -std=c++17 main.cpp -o main && exec ./main"),
        probe=("g++", "--version"),
        done='puts("TOKEN");',
        closing=1,
    ),
    "java": Language(
        blocks=("java",),
        file="Problem.java",
        command=(
            *("sh", "-c"),
            f"javac -J-Xmx1g -encoding UTF8 -cp {TUPLES} Problem.java && exec java -Xmx1g -ea -cp {TUPLES} Problem",
        ),
        probe=("sh", "-c", f"java -version && javap -cp {TUPLES} org.javatuples.Pair"),
        done='System.out.println("TOKEN");',
        closing=2,
        # Java claims far more addresses than it uses; its heap has the bound above.
        memory_mb=16384,
    ),
    "js": Language(
        blocks=("js", "javascript", "node"),
        file="main.js",
        command=("node", "--max-old-space-size=1024", "main.js"),
        probe=("node", "--version"),
        done='console.log("TOKEN");',
        memory_mb=16384,
    ),
    "rs": Language(
        blocks=("rust", "rs"),
        file="main.rs",
        command=("sh", "-c", "rustc main.rs -o main && exec ./main"),
        probe=("rustc", "--version"),
        done='println!("TOKEN");',
        closing=1,
    ),
    "sh": Language(
        blocks=("bash", "sh", "shell"),
        file="main.sh",
        command=("bash", "main.sh"),
        probe=("bash", "--version"),
        done="echo TOKEN",
    ),
})  # fmt: skip
"""Language of a row → how it is run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class polyglot:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=polyglot()`
    """1 when the completion's code passes its tests in the sandbox, else 0.

    The code is the first block of the completion in the sample's language, else the first block, else the whole
    completion. It is a whole function, or the continuation of the prompt when it does not contain the function's name.
    It passes when the program that it makes with the tests runs to its end. The sample's metadata has `language`,
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
        answer, fenced = find_code(completion.text, language)
        if answer is None:
            return Score(values={"accuracy": 0.0}, answer=None)
        token = f"passed {secrets.token_hex(8)}"
        program = Program(
            command=language.command,
            files={language.file: whole_program(answer, fenced, sample.metadata, language, token)},
            limits=Limits(seconds=self.seconds, memory_mb=language.memory_mb, processes=128, disk_mb=256),
        )
        execution = await context.sandbox.run(program)
        right = execution.ok and token in execution.stdout
        return Score(values={"accuracy": float(right)}, answer=answer, explanation="" if right else explain(execution))


def find_code(completion: str, language: Language) -> tuple[str | None, bool]:
    """Return the code of the completion, None for a completion without any, and whether it was in a block."""
    blocks = fenced_blocks(completion)
    own = [block.text for block in blocks if block.language in language.blocks]
    found = (own or [block.text for block in blocks] or [completion])[0]
    return found if found.strip() else None, bool(blocks)


def whole_program(code: str, fenced: bool, metadata: Mapping[str, str], language: Language, token: str) -> str:
    """Return the program that the code makes with the prompt and the tests, and that writes `token` at its end.

    Text after a continuation outside of a block is cut off.
    """
    prompt, tests = metadata["prompt"], metadata["tests"]
    continued = code
    for stop in metadata["stops"].split("\0"):
        continued = continued.partition(stop)[0] if stop else continued
    if _plain(metadata["name"]) in _plain(code if fenced else continued):
        there = {line.strip() for line in code.splitlines()}
        lines = (line.strip() for line in prompt.splitlines())
        head = "\n".join(line for line in lines if line.startswith(HEADER) and line not in there) + "\n"
        # The tests begin with the brace that ends the function; after it they go on within what is open.
        code = _open(code, language.closing or 1) if tests.lstrip().startswith("}") else code
    else:
        head, code = prompt, continued
    body = _open(tests, language.closing)
    return f"{head}{code}\n{body}\n{language.done.replace('TOKEN', token)}\n" + "}\n" * language.closing


def name_of(name: str) -> str:
    """Return the name of the function in a row's name: `has_close` of `HumanEval_0_has_close`."""
    found = _NAME.fullmatch(name)
    return found[1] if found else name


def _open(text: str, braces: int) -> str:
    """Return a text without as many braces at its end, or without all of them if there are fewer."""
    for _ in range(braces):
        text = text.rstrip().removesuffix("}")
    return text


def _plain(text: str) -> str:
    """Return a text in the form in which `has_close` and `hasClose` are the same."""
    return text.replace("_", "").lower()
