"""What a machine lacks for a sandbox is told by name, with what to type."""

import signal
import sys
from types import SimpleNamespace

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import available, bwrap, launcher, open_sandbox, problem_here
from pytest_evalscope.sandbox import open as opening
from pytest_evalscope.sandbox.supervise import concluded
from pytest_evalscope.sandbox.systems import REFUSALS
from pytest_evalscope.scorers import verify_child
from pytest_evalscope.types import Execution, Program

OTHERS = "use Docker (--eval-sandbox=docker); --eval-sandbox=unsafe runs code unconfined"


@pytest.fixture
def on(monkeypatch):
    """Another system in the place of this one."""

    def system(name):
        monkeypatch.setattr(sys, "platform", name)

    return system


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The kernel's settings, none of which is there before it is set."""
    monkeypatch.setattr("pytest_evalscope.sandbox.systems.SETTINGS", tmp_path)

    def put(name, value):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{value}\n", encoding="utf-8")

    return put


@pytest.fixture
def failing(on, monkeypatch):
    """A bubblewrap that is there and does not work; what a first program in it says."""
    on("linux")
    monkeypatch.setattr("pytest_evalscope.sandbox.systems.shutil.which", lambda name: f"/usr/bin/{name}")

    def execute(*_, **__):
        raise SandboxError("sandbox: the program could not be started (bwrap: setting up uid map: Permission denied)")

    monkeypatch.setattr(opening, "execute", execute)
    opening._tried.cache_clear()
    yield "sandbox local: the program could not be started (bwrap: setting up uid map: Permission denied)"
    opening._tried.cache_clear()


@pytest.mark.parametrize(
    ("system", "kind", "message"),
    [
        ("win32", "local", "sandbox local: needs Linux (this is Windows)"),
        ("win32", "unsafe", "sandbox unsafe: needs Linux or macOS (this is Windows)"),
        ("darwin", "local", "sandbox local: needs Linux (this is macOS)"),
    ],
)
def test_a_sandbox_that_the_system_cannot_have_is_refused_by_name(on, system, kind, message):
    on(system)
    with pytest.raises(SandboxError) as caught:
        open_sandbox(kind)
    assert caught.value.message == message
    elsewhere = "use Docker (--eval-sandbox=docker) or a server (--eval-sandbox=enclave:URL)"
    unconfined = "; --eval-sandbox=unsafe runs code unconfined" if system == "darwin" else ""
    assert caught.value.hint == elsewhere + unconfined


def test_a_system_without_a_short_name_goes_by_its_own(on, monkeypatch):
    on("freebsd14")
    monkeypatch.setattr("platform.system", lambda: "FreeBSD")
    assert str(available()).startswith("sandbox local: needs Linux (this is FreeBSD)")


@pytest.mark.parametrize(("system", "kind"), [("darwin", "unsafe"), ("win32", "docker"), ("win32", "enclave:http://h")])
def test_nothing_speaks_against_the_others(on, system, kind):
    on(system)
    assert problem_here(kind) is None


def test_without_bubblewrap_the_line_that_installs_it_is_told(on, monkeypatch, tmp_path):
    on("linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError) as caught:
        open_sandbox("local")
    assert caught.value.message == "sandbox local: the program bwrap is not installed"
    assert caught.value.hint == f"install bubblewrap 0.7 or newer (sudo apt install bubblewrap), or {OTHERS}"
    with pytest.raises(SandboxError) as found:
        bwrap.find()
    assert found.value.message == caught.value.message


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [(name, value, f"sudo sysctl -w {wanted}") for name, value, wanted in REFUSALS],
)
def test_a_system_that_refuses_namespaces_is_told_with_the_setting_that_allows_them(
    failing, settings, setting, value, line
):
    settings(setting, value)
    with pytest.raises(SandboxError) as caught:
        open_sandbox("local")
    assert caught.value.message == failing
    assert caught.value.hint == f"this system keeps users from making namespaces: {line}, or {OTHERS}"


def test_ubuntu_is_told_what_ubuntu_wants(failing, settings):
    settings("kernel/apparmor_restrict_unprivileged_userns", 1)
    settings("user/max_user_namespaces", 96365)
    problem = available()
    assert problem is not None
    assert "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in problem.hint


def test_a_refusal_without_a_setting_tells_what_bubblewrap_needs(failing, settings):
    settings("kernel/apparmor_restrict_unprivileged_userns", 0)
    settings("user/max_user_namespaces", 96365)
    problem = available()
    assert problem is not None
    assert problem.hint == (
        "bubblewrap must be 0.7 or newer, and allowed to make namespaces (in a container: docker run --privileged), "
        f"or {OTHERS}"
    )


def test_a_first_program_that_tells_something_else_is_told(failing, settings, monkeypatch):
    asked = []

    def execute(program, stop, *, enclose):
        asked.append((program, enclose.func, enclose.args))
        return Execution(ended="exit", exit_code=1, stdout="readyy\n", stderr=f"{'x' * 400}\n y", seconds=0.1)

    monkeypatch.setattr(opening, "execute", execute)
    problem = available()
    assert problem is not None
    assert problem.message == f"sandbox local: a test program failed ({'x' * 298} y)"
    assert problem.hint.startswith("bubblewrap must be 0.7 or newer")
    first = Program(command=("python", "-c", "print('ready')"))
    assert asked == [(first, bwrap.enclose, ("/usr/bin/bwrap",))]


def test_where_a_first_program_runs_the_sandbox_opens(failing, monkeypatch):
    def execute(program, stop, *, enclose):
        return Execution(ended="exit", exit_code=0, stdout="ready\n", stderr="", seconds=0.1)

    monkeypatch.setattr(opening, "execute", execute)
    assert available() is None
    assert open_sandbox("local").name == "local"


class Limits:
    """In the place of Python's module `resource`: macOS refuses a limit on addresses."""

    RLIM_INFINITY = -1
    RLIMIT_AS, RLIMIT_CPU, RUSAGE_SELF = 5, 0, 0

    def __init__(self):
        self.set = {}

    def getrlimit(self, kind):
        return (-1, -1)

    def getrusage(self, who):
        return SimpleNamespace(ru_utime=1.0, ru_stime=1.0)

    def setrlimit(self, kind, value):
        if kind == self.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        self.set[kind] = value


@pytest.fixture
def limits(monkeypatch):
    made = Limits()
    monkeypatch.setitem(sys.modules, "resource", made)
    return made


def test_a_program_on_macos_goes_without_a_limit_on_addresses(on, limits):
    on("darwin")
    launcher.limit({"AS": 1 << 30, "CPU": 3})
    assert limits.set == {limits.RLIMIT_CPU: (3, 3)}


def test_a_comparison_of_expressions_on_macos_goes_without_one_too(on, limits):
    on("darwin")
    verify_child._bound()
    assert limits.set == {limits.RLIMIT_CPU: (1 + 2 + verify_child.CPU_SECONDS, -1)}


@pytest.mark.parametrize("bind", [lambda: launcher.limit({"AS": 1 << 30}), verify_child._bound])
def test_linux_has_that_limit_or_nothing_runs(on, limits, bind):
    on("linux")
    with pytest.raises(ValueError, match="exceeds"):
        bind()


def test_a_comparison_of_expressions_on_windows_goes_without_limits(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    verify_child._bound()


@pytest.mark.parametrize(
    ("code", "ended"), [(137, "signal"), (152, "timeout"), (-24, "timeout"), (193, "exit"), (1, "exit")]
)
def test_how_a_container_ended_is_told_where_signals_have_no_names(monkeypatch, code, ended):
    for name in ("SIGXCPU", "SIGKILL"):
        monkeypatch.delattr(signal, name, raising=False)
    assert concluded(code, b"", b"", 0.1).ended == ended


def test_docker_behind_a_named_pipe_is_refused_by_name(monkeypatch):
    docker = pytest.importorskip("docker", reason="the package docker is not installed")
    asked: list[object] = []
    client = SimpleNamespace(base_url="http+docker://localnpipe", close=lambda: asked.append("closed"))

    def from_env(**given):
        asked.append(given)
        return SimpleNamespace(api=client)

    monkeypatch.setattr(docker, "from_env", from_env)
    with pytest.raises(SandboxError) as caught:
        open_sandbox("docker")
    assert asked == [{"version": "auto", "timeout": 60}, "closed"]
    assert caught.value.message == "sandbox docker: program output over a named pipe is not supported (this is Windows)"
    assert caught.value.hint == ("run pytest in WSL, or let Docker listen on TCP: DOCKER_HOST=tcp://localhost:2375")
