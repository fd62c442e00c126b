"""The names of the sandboxes, as an option gives them."""

from __future__ import annotations

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.text.secrets import without_secrets

KINDS = ("local", "docker", "enclave", "unsafe", "off")


def checked_kind(text: str, where: str) -> str:
    """Return `text` if it names a sandbox in one of the forms of `open_sandbox`.

    Raises UnknownName for another kind, UsageError for an enclave without address; `where` names the option in
    messages.
    """
    kind, colon, rest = text.partition(":")
    if kind not in KINDS or (colon and kind not in ("docker", "enclave")):
        raise UnknownName(where, without_secrets(text), KINDS)
    if kind == "enclave" and not rest.startswith(("http://", "https://")):
        raise UsageError(
            f"{where}: enclave names no server ({without_secrets(text)!r}); accepted: enclave:http://HOST:PORT"
        )
    if colon and not rest:
        raise UsageError(f"{where}: docker names no image ({text!r}); accepted: docker:IMAGE, or docker alone")
    return text
