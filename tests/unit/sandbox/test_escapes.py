"""Programs that mean harm, in the confined sandbox: nothing is left running or written, and others are unaffected.

Each goes beside a program that means none, which must end as if it were alone.
"""

import os
import socket
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # processes

GOOD = "print(sum(range(1000)))"
# Seconds enough for a machine that is busy: what ends a program here is what it does, and not the clock.
LIMITS = {"seconds": 30.0, "memory_mb": 256, "disk_mb": 16, "output_bytes": 10_000, "processes": 16}


@pytest.fixture
def beside(run, local):
    """Run a harmful text beside harmless ones; what came of it."""

    def made(text, **limits):
        before, execution, after = run(local, GOOD, text, GOOD, **{**LIMITS, **limits})
        assert [each.stdout for each in (before, after)] == ["499500\n", "499500\n"]
        return execution

    return made


def running(mark):
    """The processes of this machine whose command line or environment holds a text."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in told and int(folder.name) != os.getpid():
            found.append(folder.name)
    return found


def test_a_fork_bomb_ends_with_its_program(beside):
    text = """
import os, time
made = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        made += 1
except OSError as error:
    os.write(1, b'%d %s' % (made, error.strerror.encode()))
"""
    execution = beside(text)
    made, _, why = execution.stdout.partition(" ")
    assert why == "Resource temporarily unavailable"
    assert 1 <= int(made) <= LIMITS["processes"]


def test_a_bomb_that_multiplies_is_held(beside):
    execution = beside("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", seconds=0.5)
    assert execution.ended == "timeout"


@pytest.mark.parametrize("leave", ["os.setsid()", "os.setsid(); os.fork() and os._exit(0)"])
def test_nothing_is_left_running(beside, leave):
    mark = f"LEFT_{os.urandom(6).hex()}"
    text = f"""
import os, sys
if os.fork() == 0:
    {leave}
    for number in (0, 1, 2): os.close(number)
    os.execve(sys.executable, [sys.executable, '-c', 'import time; time.sleep(60)', '{mark}'], {{}})
print('gone')
"""
    assert beside(text).stdout == "gone\n"
    assert running(mark) == []


def test_memory_in_many_pieces_is_held(beside):
    assert beside("kept = []\nwhile True: kept.append(bytearray(1 << 20))").ended == "memory"


def test_endless_output_is_cut(beside):
    execution = beside("import os\nwhile True: os.write(1, b'x' * 4096)")
    assert (execution.ended, len(execution.stdout)) == ("output", LIMITS["output_bytes"])


def test_the_disk_is_limited(beside):
    text = """
import os
total = 0
for folder in ('/tmp', '/dev/shm'):
    number = 0
    try:
        while total < 1 << 30:
            number += 1
            with open(f'{folder}/{number}', 'wb', 0) as file:
                for _ in range(8): total += file.write(b'x' * (1 << 20))
    except OSError as error: print(error.strerror)
print(total >> 20)
"""
    *why, total = beside(text).stdout.split("\n")[:-1]
    assert why == ["No space left on device"] * 2
    assert int(total) <= LIMITS["disk_mb"]


def test_there_is_no_network(beside):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = f"""
import os, socket
for address in ('127.0.0.1', {port}), ('10.0.0.1', 80):
    try: socket.create_connection(address, timeout=0.2); print('connected')
    except OSError as error: print(type(error).__name__, error.errno)
print(sorted(name for _, name in socket.if_nameindex()))
"""
        shown = beside(text).stdout.split("\n")
        assert shown[0].startswith("ConnectionRefusedError")  # this namespace's own loopback, on which nobody listens
        assert shown[1].startswith("OSError 101")  # network is unreachable
        assert shown[2] == "['lo']"
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_nothing_outside_is_written(beside, tmp_path):
    target = tmp_path / "outside"
    tried = [
        str(target),
        "/written",
        "/dev/written",
        "/usr/written",
        "/etc/written",
        "/etc/passwd",
        "/proc/sys/kernel/x",
    ]
    text = f"""
for path in {tried!r}:
    try: open(path, 'w'); print('wrote', path)
    except OSError: pass
"""
    assert beside(text).stdout == ""
    assert not target.exists()


def test_nothing_outside_is_read(beside, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("sesame")
    secret.chmod(0o644)
    home = str(Path.home())
    text = f"""
import os
os.symlink({str(secret)!r}, 'link')
for path in ({str(secret)!r}, 'link', '/proc/1/root/{str(secret)[1:]}', '/etc/passwd', '/etc/shadow'):
    try: print(open(path).read())
    except OSError: pass
print([name for name in ({home!r} + '/.ssh', {home!r} + '/.bashrc', {str(Path(__file__))!r}) if os.path.exists(name)])
"""
    assert beside(text).stdout == "[]\n"


def test_others_are_neither_seen_nor_killed(beside):
    text = f"""
import os, signal
print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit())[-1] < 100)
for number in (os.getppid(), {os.getpid()}, {os.getppid()}, 1):
    try: os.kill(number, signal.SIGKILL)
    except OSError: pass
print(os.path.exists('/proc/1'))
"""
    # The first process of its namespace cannot be killed from within.
    assert beside(text).stdout == "True\nTrue\n"


def test_it_holds_no_rights(beside):
    text = """
import os
status = dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())
print({name: int(status[name], 16) for name in ('CapEff', 'CapPrm', 'CapAmb')}, status['NoNewPrivs'].strip())
print(os.geteuid() != 0 or 'root of its own namespace only')
for call in (lambda: os.chroot('/tmp'), lambda: os.setuid(0), lambda: os.setgid(0)):
    try: call(); print('allowed')
    except OSError: pass
"""
    shown = beside(text).stdout.splitlines()
    assert shown == ["{'CapEff': 0, 'CapPrm': 0, 'CapAmb': 0} 1", "True"]


def test_of_the_settings_of_the_machine_it_sees_only_where_programs_are(beside):
    seen = beside("import os; print('\\n'.join(os.listdir('/etc')))").stdout.split()
    assert [name for name in seen if name not in ("alternatives", "ld.so.cache") and "java-" not in name] == []
