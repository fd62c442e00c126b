"""A remote ms-enclave server: a fresh container there for each program, requested over HTTP."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import urllib.request
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

from pytest_evalscope.errors import BLOT, SandboxError, is_key
from pytest_evalscope.sandbox.docker import IMAGE
from pytest_evalscope.sandbox.launcher_protocol import CONTAINER_MEMORY_MB, FILES, require_paths_below
from pytest_evalscope.sandbox.supervise import concluded
from pytest_evalscope.text.secrets import shown_url, without_secrets
from pytest_evalscope.types import Execution, Program, clean

if TYPE_CHECKING:
    from aiohttp import ClientSession

CHILD = Path(__file__).with_name("enclave_child.py").read_text(encoding="utf-8")
KEY = "MS_ENCLAVE_API_KEY"
"""The environment variable with the server's key, where it wants one."""
MARGIN = 30.0
"""Seconds beyond a program's own that the server may take to run it."""
STARTING = 300.0
"""Seconds that it may take to make a container."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: the key is meant for the server that the user named, and for no other."""

    def redirect_request(self, *_: Any) -> None:
        """Return no request to follow with."""


def require_server(url: str) -> None:
    """Raise SandboxError when no healthy server responds at `url`."""
    request = urllib.request.Request(f"{url}/health", headers=_headers())  # noqa: S310  # http, as was checked
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=10) as response:
            healthy = bool(json.load(response).get("healthy"))
    except (OSError, ValueError, AttributeError) as error:
        if isinstance(error, HTTPError):  # it holds the connection
            error.close()
            if 300 <= error.code < 400:
                raise _redirected(url, error.code) from None
        raise SandboxError(
            f"sandbox enclave: no server responds at {shown_url(url)} ({_shown(error)})",
            hint=f"start one with `ms-enclave server`; its key, if it has one, goes into {KEY}",
        ) from None
    if not healthy:
        raise SandboxError(f"sandbox enclave: the server at {shown_url(url)} reports that it is not healthy")


class EnclaveSandbox:
    """Runs programs on the server at `url`, at most `most` at a time, in `image` or else each program's own."""

    def __init__(self, url: str, image: str, most: int) -> None:
        self._url = url
        self._image = image
        self._room = asyncio.Semaphore(most)
        self._session: ClientSession | None = None

    @property
    def name(self) -> str:
        """The kind, as the user named it."""
        return "enclave"

    async def run(self, program: Program) -> Execution:
        """Run `program` to its end or to a limit. Raises SandboxError when it could not be run at all."""
        require_paths_below(program)
        async with self._room:
            config = {
                "image": self._image or program.image or IMAGE,
                "network_enabled": False,
                "memory_limit": f"{min(program.limits.memory_mb, CONTAINER_MEMORY_MB)}m",
                "cpu_limit": 1.0,
                "tools_config": {"python_executor": {}},
            }
            made = await self._request("POST", "/sandbox/create?sandbox_type=docker", config, STARTING)
            try:
                return await self._run_in(str(made["sandbox_id"]), program)
            except KeyError:
                raise SandboxError("sandbox enclave: the server made no container") from None
            finally:
                if "sandbox_id" in made:
                    # Also when this is cancelled: the container must not outlive it.
                    await asyncio.shield(self._remove(str(made["sandbox_id"])))

    async def aclose(self) -> None:
        """Close the connections; whoever still runs is cancelled by its caller, and removes its container."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # a connection that was cut off closes in the next turn of the loop

    async def _run_in(self, name: str, program: Program) -> Execution:
        limits, mark = program.limits, f"came of it {secrets.token_hex(8)}: "
        seconds = limits.seconds + MARGIN
        parameters = {"code": _code(program, mark), "timeout": ceil(seconds)}
        call = {"sandbox_id": name, "tool_name": "python_executor", "parameters": parameters}
        response = await self._request("POST", "/sandbox/tool/execute", call, seconds + MARGIN)
        _, found, line = str(response.get("output") or "").rpartition(mark)
        try:
            reported = json.loads(line.partition("\n")[0]) if found else None
        except ValueError:
            reported = None
        if reported is None:
            if response.get("status") == "timeout":
                return concluded(0, b"", b"", seconds, cause="timeout")
            said = " ".join(str(response.get("error") or "no reason given").split())[-300:]
            raise SandboxError(f"sandbox enclave: the program could not be run ({said})")
        stdout, stderr = (clean(reported[stream]).encode() for stream in ("stdout", "stderr"))
        over = max(len(stdout), len(stderr)) > limits.output_bytes
        return concluded(
            int(reported["code"]),
            stdout[: limits.output_bytes],
            stderr[: limits.output_bytes],
            float(reported["seconds"]),
            cause=reported["cause"],
            over=over,
        )

    async def _remove(self, name: str) -> None:
        with suppress(SandboxError):  # the server ends it by itself, in time
            await self._request("DELETE", f"/sandbox/{name}", None, MARGIN)

    async def _request(self, method: str, path: str, body: Any, seconds: float) -> dict[str, Any]:
        from aiohttp import ClientError, ClientSession, ClientTimeout

        if self._session is None:
            self._session = ClientSession(headers=_headers())
        try:
            timeout = ClientTimeout(total=seconds)
            async with self._session.request(
                method, self._url + path, json=body, timeout=timeout, allow_redirects=False
            ) as response:
                if 300 <= response.status < 400:
                    raise _redirected(self._url, response.status)
                reported = json.loads(_without_key(await response.text()))
                if response.status != 200 or not isinstance(reported, dict):
                    detail = reported.get("detail") if isinstance(reported, dict) else reported
                    raise SandboxError(
                        f"sandbox enclave: the server refused ({response.status}: {_shown(detail)[:300]})"
                    )
        except (ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            said = " ".join(_shown(error).split()) or type(error).__name__
            failure = SandboxError(f"sandbox enclave: no response from {shown_url(self._url)} ({said[:300]})")
        else:
            return reported
        raise failure  # afresh: the client's own exceptions know every header and the whole URL


def _redirected(url: str, status: int) -> SandboxError:
    return SandboxError(
        f"sandbox enclave: the server at {shown_url(url)} redirects (HTTP {status})",
        hint="redirects are not followed; name the final URL, as in --eval-sandbox=enclave:URL",
    )


def _without_key(text: str) -> str:
    """Return a response in which the server repeats no key."""
    key = os.environ.get(KEY, "").strip()
    return text.replace(key, BLOT) if is_key(key) else text


def _shown(text: object) -> str:
    return without_secrets(str(text))


def _headers() -> dict[str, str]:
    key = os.environ.get(KEY, "").strip()
    return {"X-API-Key": key} if key else {}


def _code(program: Program, mark: str) -> str:
    """Return the Python text that runs the program."""
    limits = program.limits
    job = {
        "command": [*program.command],
        "files": dict(program.files),
        "stdin": base64.b64encode(program.stdin.encode("utf-8", "replace")).decode(),
        "seconds": limits.seconds,
        "output": limits.output_bytes,
        "limits": {
            "CORE": 0,
            "CPU": ceil(limits.seconds),
            "FSIZE": limits.disk_mb << 20,
            "NOFILE": FILES,
        },
    }
    text = base64.b64encode(json.dumps(job).encode()).decode()
    return CHILD.replace('JOB = ""', f'JOB = "{text}"').replace('MARK = ""', f'MARK = "{mark}"')
