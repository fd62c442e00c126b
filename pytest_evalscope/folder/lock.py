"""One run in a folder at a time.

`logs/running.sqlite` of the run folder is locked while a run writes there. The operating system takes the lock from a
process that ends, however it ends: a folder whose run was killed is free at once.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from contextlib import suppress

from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.paths import RunFolder

FILE = "logs/running.sqlite"
PATIENCE = 5000
"""Milliseconds to wait for others that only look up which process has the folder."""


def claim(folder: RunFolder) -> sqlite3.Connection:
    """Take a run folder that is made already for this run, until what is returned is closed.

    Raises UsageError, which names the process, while another run has the folder, and StorageError where no file can be
    written or locked.
    """
    try:
        db = sqlite3.connect(folder.path / FILE, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise folder.failure(OSError(str(error))) from error
    try:
        db.execute("begin immediate")
        db.execute(f"pragma busy_timeout = {PATIENCE}")
        db.execute("create table if not exists holder (told text not null)")
        db.execute("delete from holder")
        db.execute("insert into holder values (?)", (f"process {os.getpid()} on {platform.node() or 'this machine'}",))
        db.execute("commit")
        db.execute("begin immediate")
    except sqlite3.Error as error:
        holder = _holder(db)
        db.close()
        if "database is locked" not in str(error):
            raise folder.failure(OSError(str(error))) from error
        raise UsageError(
            f"run folder: another run writes there ({folder.path}: {holder}); each needs a folder of its own",
            hint="completions are shared through the cache all the same; once that process has ended, even if it was "
            "killed, the folder is free",
        ) from None
    return db


def _holder(db: sqlite3.Connection) -> str:
    with suppress(sqlite3.Error):
        found = db.execute("select told from holder").fetchone()
        if found is not None:
            return str(found[0])
    return "a process that has just begun"
