"""Endpoints: the URL, the credentials, and which parts of these may be shown."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from pytest_evalscope.errors import UsageError, is_key
from pytest_evalscope.models.http.redact import spellings
from pytest_evalscope.text.secrets import public_query, secrets_of_url, shown_path

OPENAI_URL = "https://api.openai.com/v1"
CHAT = "/chat/completions"

_USERINFO = re.compile(r"(^|//)[^/@]{0,2000}@")
_KEY_HEADERS = ("authorization", "x-api-key", "api-key")


def variable(name: str) -> str:
    """Return the value of an environment variable; "" where it is not set."""
    return os.environ.get(name, "").strip()


def headers_from(wanted: Iterable[tuple[str, str, str]], read: Callable[[str], str] = variable) -> dict[str, str]:
    """Return headers made of `(variable, header, form)`: those whose variable is set.

    Raises UsageError when one of them holds what no header may carry; its value is not shown, and is not among the
    local variables that a traceback might show.
    """
    wanted = tuple(wanted)
    for name, _, _ in wanted:
        if not _sendable(name, read):
            raise UsageError(f"{name}: holds characters that no HTTP header may carry; accepted: printable ASCII")
    return {header: form.format(value) for name, header, form in wanted if (value := read(name))}


def _sendable(name: str, read: Callable[[str], str]) -> bool:
    value = read(name)
    return value.isascii() and value.isprintable()


def openai_headers(read: Callable[[str], str] = variable) -> dict[str, str]:
    """Return the headers for OPENAI_API_KEY, OPENAI_ORG_ID and OPENAI_PROJECT_ID. Raises UsageError: `headers_from`."""
    return headers_from(
        (
            ("OPENAI_API_KEY", "Authorization", "Bearer {}"),
            ("OPENAI_ORG_ID", "OpenAI-Organization", "{}"),
            ("OPENAI_PROJECT_ID", "OpenAI-Project", "{}"),
        ),
        read,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """URL and credentials of an endpoint."""

    base: str = field(repr=False)
    """The URL before which every path goes; its query may hold a secret."""
    public: str
    """The base URL without credentials and secrets: what identities, messages and reports show."""
    userinfo: str = field(repr=False, default="")
    """`name:password` of the URL, if it had them."""
    environment: Callable[[], Mapping[str, str]] = field(repr=False, default=openai_headers)
    """Gives the headers that open it; called when the connection is opened and not before."""
    key: str = "OPENAI_API_KEY"
    """The variable that holds the key, for messages."""
    named_by: str = "--eval-api-url or OPENAI_BASE_URL"
    """The option and variable that name the URL, for messages."""

    @property
    def url(self) -> str:
        """URL of requests for a chat completion."""
        return self.at(CHAT)

    def at(self, path: str) -> str:
        """Return the URL of `path` below the base."""
        parts = urlsplit(self.base)
        return urlunsplit((parts.scheme, parts.netloc, parts.path + path, parts.query, ""))

    @property
    def completions_url(self) -> str:
        """URL of requests with a plain prompt."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=parts.path.removesuffix("/chat/completions") + "/completions"))

    @property
    def loopback(self) -> bool:
        """True when it is on this machine."""
        host = urlsplit(self.base).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")

    def headers(self) -> dict[str, str]:
        """Return the headers of every request; credentials in the URL go before those of the environment."""
        headers = {"Content-Type": "application/json", "User-Agent": "pytest-evalscope", **self.environment()}
        if self.userinfo:
            headers["Authorization"] = "Basic " + base64.b64encode(unquote(self.userinfo).encode()).decode()
        return headers

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Return every spelling of the secrets in `headers` and in the URL, the longest first."""
        known = ({name.lower(): value for name, value in given.items()} for given in (headers, self.environment()))
        keys = {value.rpartition(" ")[2] for given in known for name, value in given.items() if name in _KEY_HEADERS}
        raw = set(filter(is_key, keys))
        raw |= {self.userinfo, self.userinfo.partition(":")[2]}
        raw |= secrets_of_url(self.base)
        return spellings(raw | {unquote(text) for text in raw})


def endpoint_at(
    url: str,
    *,
    source: str,
    environment: Callable[[], Mapping[str, str]] = openai_headers,
    **words: str,
) -> Endpoint:
    """Return the endpoint whose base URL is `url`, with or without `/chat/completions` at its end.

    `words` are the Endpoint's `key` and `named_by`.

    Raises UsageError, which names `source` (the option or variable that contained the URL) and shows no credentials.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        shown = shown_path(_USERINFO.sub(r"\1", url).partition("?")[0])
        hint = "" if "//" in url or not url else f"did you mean http://{shown}?"
        if "unix" in url.partition("://")[0].lower() or url.startswith("/"):
            hint = (
                "unix sockets are not supported; give the server a port, or forward one: "
                "socat TCP-LISTEN:8000,bind=127.0.0.1,fork UNIX-CONNECT:/path"
            )
        raise UsageError(f"{source}: not a base URL ({shown!r}); accepted: http[s]://host[:port][/path]", hint=hint)
    userinfo, _, place = parts.netloc.rpartition("@")
    base = parts.path.rstrip("/").removesuffix(CHAT)
    shown_host = f"[{host}]" if ":" in host else host
    return Endpoint(
        base=urlunsplit((parts.scheme, place, base, parts.query, "")),
        public=urlunsplit(
            (
                parts.scheme,
                f"{shown_host}:{port}" if port else shown_host,
                shown_path(base),
                public_query(parts.query),
                "",
            )
        ),
        userinfo=userinfo,
        environment=environment,
        **words,
    )
