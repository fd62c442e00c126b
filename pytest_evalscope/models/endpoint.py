"""Where an OpenAI-compatible endpoint is, what opens it, and what of that may be shown."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pytest_evalscope.errors import UsageError

OPENAI_URL = "https://api.openai.com/v1"

_PUBLIC_QUERY = frozenset({"api-version", "deployment", "region"})
_SHORTEST_SECRET = 8  # a stand-in such as "EMPTY" opens nothing, and blotting it out would garble messages
_USERINFO = re.compile(r"//[^/@]{0,2000}@")


def openai_headers(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the headers that `environ` asks for: OPENAI_API_KEY, OPENAI_ORG_ID, OPENAI_PROJECT_ID.

    Raises UsageError when one of them holds what no header may carry; its value is not shown.
    """
    headers = {}
    for variable, header, form in (
        ("OPENAI_API_KEY", "Authorization", "Bearer {}"),
        ("OPENAI_ORG_ID", "OpenAI-Organization", "{}"),
        ("OPENAI_PROJECT_ID", "OpenAI-Project", "{}"),
    ):
        value = environ.get(variable, "").strip()
        if not (value.isascii() and value.isprintable()):
            raise UsageError(f"{variable}: holds characters that no HTTP header may carry; accepted: printable ASCII")
        if value:
            headers[header] = form.format(value)
    return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The chat URL of an endpoint."""

    url: str = field(repr=False)
    """Where requests go; its query may hold a secret."""
    public: str
    """The base URL without credentials and secrets: what identities, messages and reports show."""
    userinfo: str = field(repr=False, default="")
    """`name:password` of the URL, if it had them."""
    environment: Callable[[], Mapping[str, str]] = field(repr=False, default=openai_headers)
    """Gives the headers that open it; called when the connection is opened and not before."""

    @property
    def completions_url(self) -> str:
        """Where plain prompts go."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=parts.path.removesuffix("/chat/completions") + "/completions"))

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")

    def headers(self) -> dict[str, str]:
        """Return the headers of every request; credentials in the URL go before those of the environment."""
        headers = {"Content-Type": "application/json", "User-Agent": "pytest-evalscope", **self.environment()}
        if self.userinfo:
            headers["Authorization"] = "Basic " + base64.b64encode(unquote(self.userinfo).encode()).decode()
        return headers

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Return every spelling of the secrets in `headers` and in the URL, the longest first."""
        raw = {headers.get("Authorization", "").partition(" ")[2], self.userinfo, self.userinfo.partition(":")[2]}
        raw |= {value for name, value in parse_qsl(urlsplit(self.url).query) if name not in _PUBLIC_QUERY}
        raw |= {unquote(text) for text in raw}
        spelled = {form for text in raw for form in _spellings(text)}
        return tuple(sorted((form for form in spelled if len(form) >= _SHORTEST_SECRET), key=len, reverse=True))


def _spellings(text: str) -> tuple[str, ...]:
    return text, quote(text, safe=""), base64.b64encode(text.encode()).decode()


def endpoint_at(url: str, *, source: str, environment: Callable[[], Mapping[str, str]] = openai_headers) -> Endpoint:
    """Return the endpoint whose base URL is `url`, with or without `/chat/completions` at its end.

    Raises UsageError, which names `source` (the option or variable that held the URL) and shows no credentials.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        shown = _USERINFO.sub("//", url).partition("?")[0]
        hint = "" if "//" in url or not url else f"did you mean http://{shown}?"
        raise UsageError(f"{source}: not a base URL ({shown!r}); accepted: http[s]://host[:port][/path]", hint=hint)
    userinfo, _, place = parts.netloc.rpartition("@")
    base = parts.path.rstrip("/").removesuffix("/chat/completions")
    shown_host = f"[{host}]" if ":" in host else host
    shown_query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] in _PUBLIC_QUERY])
    return Endpoint(
        url=urlunsplit((parts.scheme, place, base + "/chat/completions", parts.query, "")),
        public=urlunsplit((parts.scheme, f"{shown_host}:{port}" if port else shown_host, base, shown_query, "")),
        userinfo=userinfo,
        environment=environment,
    )
