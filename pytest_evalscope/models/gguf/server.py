"""llama.cpp's server in a process of its own: this file is run, not imported.

The extension module holds Python's global lock while it loads and while it stops, and takes the whole process down when
the interpreter ends with a completion under way; neither may happen to a test session. So `gguf/` models run this file
as a child. It reads one line of JSON from its input (`path`: where modules are; `model`: the parameters), opens the
server on a loopback port of the system's choosing, writes one line of JSON (`url`, or `error`), and ends when its input
does, however the parent ends.

It imports nothing of the package, so it starts in a fraction of a second.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def parameters(given: dict[str, Any]) -> Any:
    """Return llama.cpp's parameters for the server."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = given["file"]
    params.model_alias = {given["name"]}
    params.n_parallel = given["parallel"]
    params.n_ctx = given["parallel"] * given["context"]
    for pool in (params.cpuparams, params.cpuparams_batch):
        pool.n_threads = given["threads"]
    params.port = 0
    if hasattr(params, "hostnames"):
        params.hostnames = ["127.0.0.1"]
    else:  # before xllamacpp 2026.10
        params.hostname = "127.0.0.1"
    params.api_keys = [given["key"]]
    params.cors_origins = ""
    params.ui = False
    params.cache_ram_mib = 0  # a second cache, of up to 8 GB, for prompts that left their slot
    params.verbosity = 1  # errors, which the parent shows when loading fails
    return params


def main() -> None:
    """Serve until the input ends."""
    order = json.loads(sys.stdin.readline())
    sys.path[:] = order["path"]
    try:
        import xllamacpp

        server = xllamacpp.Server(parameters(order["model"]))
        answer = {"url": server.listening_address}
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)  # noqa: T201 - the answer
    sys.stdin.read()
    os._exit(0)  # without the destructor, which waits for the completions under way


if __name__ == "__main__":
    main()
