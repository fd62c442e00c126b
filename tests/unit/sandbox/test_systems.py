"""What a machine lacks for a sandbox is told by name, with what to type."""

import sys

import pytest

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import available, open_sandbox, problem_here
from pytest_evalscope.sandbox import open as opening
from pytest_evalscope.sandbox.systems import REFUSALS


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
    assert "--eval-sandbox=docker" in caught.value.hint
    assert ("unsafe" in caught.value.hint) is (system == "darwin")


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
    assert "sudo apt install bubblewrap" in caught.value.hint
    assert "--eval-sandbox=docker" in caught.value.hint
    assert "--eval-sandbox=unsafe" in caught.value.hint


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
    assert line in caught.value.hint


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
    assert "must be 0.7 or newer, and allowed to make namespaces" in problem.hint
    assert "sysctl" not in problem.hint
