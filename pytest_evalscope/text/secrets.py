"""Policy on secrets: the parts of an option, a URL or a request that may be written down, for all that writes.

Unknown is secret: a query parameter or a header that is not on a public list, and whatever is named or looks like a
key. Names stay, values become `***`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pytest_evalscope.errors import BLOT, SHORTEST, without_keys_of_environment
from pytest_evalscope.text.patterns import pattern

PUBLIC_QUERY = frozenset({"api-version", "deployment", "region"})
"""Query parameters whose values are shown."""
PUBLIC_HEADERS = frozenset(
    {
        "accept", "accept-language", "anthropic-beta", "anthropic-version", "content-type", "http-referer",
        "openai-beta", "referer", "user-agent", "x-stainless-lang", "x-title",
    }
)  # fmt: skip
"""Headers whose values are shown."""
HEADERS = frozenset({"default_headers", "extra_headers", "headers"})
"""Generation parameters that are headers."""
QUERIES = frozenset({"default_query", "extra_query"})
"""Generation parameters that are the query of a URL."""

_SECRET_WORDS = frozenset(
    (
        *("apikey", "auth", "authorization", "bearer", "cookie", "cookies", "credential", "credentials", "key", "keys"),
        *("passphrase", "passwd", "password", "pat", "private", "pwd", "secret", "secrets", "session", "sig"),
        *("signature", "token"),
    )
)
_TOKENIZER = frozenset(("audio", "bos", "cls", "decoder", "end", "eos", "image", "mask", "pad", "sep", "start", "stop"))
"""Words before `token` that make it one of a tokenizer."""
_KEY = pattern(
    r"""\b(?:
        (?:sk|pk|rk|gsk|hf|xai|nvapi|pplx|r8|fw|tgp|csk|ghp|gho|ghs|github_pat|glpat|xox[abprs]|ms|key|tok)[-_]
            (?=[A-Za-z-]{0,40}[0-9A-Z])[\w-]{12,}
        | AIza[\w-]{20,} | (?:AKIA|ASIA)[A-Z0-9]{12,} | ya29\.[\w.-]{10,} | eyJ[\w-]{8,}\.[\w.-]{8,}
    )""",
    re.VERBOSE,
)
_BEARER = pattern(r"(?i)\b(bearer|basic)\s+[^\s\"',;}]{4,}")
_URL = pattern(r"(?i)\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>\\`]+")
_PAIR = pattern(r"(?<![\w-])([\w-]{2,60})(=)([^\s&,;\"'{}\[\]]+)")
_HEADER = pattern(r"(?i)\b((?:proxy-)?authorization|(?:[\w-]{0,60}-)?api-key|cookie)(\s{0,3}:\s{0,3})([^\s,;\"'{}]+)")
_JSON_PAIR = pattern(r'("([\w-]{2,60})"\s{0,8}:\s{0,8})"(?:[^"\\]|\\.)*(?:"|\\?$)')
_UUID = pattern(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLASSES = pattern(r"[a-z]+|[A-Z]+|[0-9]+")


def without_secrets(text: str) -> str:
    """Return `text` without secrets: in URLs, in `name=value` and JSON, and keys that their form gives away."""
    stripped = text.strip()
    if stripped[:1] in "{[" and (shown := _json_without_secrets(stripped)) is not None:
        return text if shown == stripped else shown
    text = _URL.sub(lambda found: shown_url(found[0]), text)
    text = _JSON_PAIR.sub(lambda found: f'{found[1]}"{BLOT}"' if is_secret(found[2]) else found[0], text)
    text = _without_keys(text)
    text = _PAIR.sub(lambda found: f"{found[1]}{found[2]}{BLOT}" if is_secret(found[1]) else found[0], text)
    return _HEADER.sub(rf"\1\2{BLOT}", text)


def public(value: Any, name: str = "") -> Any:
    """Return a value of JSON types without secrets; `name` is what it is called where it is a field."""
    return _each_text(value, name, lambda text, secret: BLOT if secret else without_secrets(text))


class Guarded(str):
    """A text with a secret in it, which is used as it is and shown without: in tracebacks, in what contains it."""

    __slots__ = ()

    def __repr__(self) -> str:
        text = str(self)
        shown = without_secrets(text)
        return repr(BLOT if shown == text else shown)


def guarded(value: Any, name: str = "") -> Any:
    """Return a value of JSON types with every text that `public` would not show as it is made a `Guarded` one."""

    def changed(text: str, secret: bool) -> str:
        return Guarded(text) if secret or without_secrets(text) != text else text

    return _each_text(value, name, changed)


def guarded_texts(value: Any) -> Iterator[str]:
    """Yield the `Guarded` texts in a value."""
    if isinstance(value, Guarded):
        yield str(value)
    elif isinstance(value, (Mapping, list, tuple)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from guarded_texts(each)


def _each_text(value: Any, name: str, changed: Callable[[str, bool], str]) -> Any:
    """Return a value with each text in it changed: by the text, and by whether its place makes it a secret."""
    lowered = name.casefold()
    if isinstance(value, Mapping):
        listed = PUBLIC_HEADERS if lowered in HEADERS else PUBLIC_QUERY if lowered in QUERIES else None
        if listed is not None:
            return {
                key: each if str(key).casefold() in listed else _each_text(each, "secret", changed)
                for key, each in value.items()
            }
        return {key: _each_text(each, name if is_secret(name) else str(key), changed) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        made = [_each_text(each, name, changed) for each in value]
        return tuple(made) if isinstance(value, tuple) else made
    if not isinstance(value, str) or not value:
        return value
    return changed(value, is_secret(name) or lowered in HEADERS | QUERIES)


def is_secret(name: str) -> bool:
    """Return whether a field of this name holds a secret: `api_key`, `accessToken`, `X-Functions-Key`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).casefold().replace("_", "-").split("-")
    last = words[-1]
    if last == "token" and len(words) > 1 and words[-2] in _TOKENIZER:
        return False
    return last in _SECRET_WORDS or last.endswith(("apikey", "password", "secret"))


def has_key(text: str) -> bool:
    """Return whether a text contains a key: by its form, or one that the environment holds."""
    return _without_keys(text) != text


def has_secret(name: str) -> bool:
    """Return whether a model's name contains a key, or a URL with one or with credentials."""
    return has_key(name) or any(shown_url(found) != found for found in _URL.findall(name))


def shown_url(url: str) -> str:
    """Return a URL for a message or a file: credentials, secrets of the query and keys in the path are `***`."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return BLOT
    userinfo, at, place = parts.netloc.rpartition("@")
    query = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='') if name.casefold() in PUBLIC_QUERY else BLOT}"
        for name, value in pairs
    )
    netloc = f"{BLOT}@{place}" if userinfo or at else place
    path, fragment = shown_path(parts.path), BLOT if parts.fragment else ""
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def public_query(query: str) -> str:
    """Return the parameters of a URL's query that may be shown, as a query."""
    return urlencode([pair for pair in parse_qsl(query) if pair[0].casefold() in PUBLIC_QUERY])


def secrets_of_url(url: str) -> set[str]:
    """Return the secrets in a URL, as they are spelt there: of its query, its path and its credentials."""
    parts = urlsplit(url)
    userinfo = parts.netloc.rpartition("@")[0]
    found = {value for name, value in parse_qsl(parts.query) if name.casefold() not in PUBLIC_QUERY}
    found |= {segment for segment in parts.path.split("/") if _is_key(segment)}
    return {text for text in found | {userinfo, userinfo.partition(":")[2]} if text}


def shown_path(path: str) -> str:
    """Return the path of a URL; of a segment that is a key a short hash remains, so that two keys are two places."""
    return "/".join(_segment(segment) if _is_key(segment) else segment for segment in path.split("/"))


def _segment(key: str) -> str:
    return BLOT + hashlib.blake2b(unquote(key).encode(), digest_size=4).hexdigest()


def _is_key(segment: str) -> bool:
    """Return whether a segment of a path is a key rather than a name: by its form, or by how its letters mix."""
    text = unquote(segment)
    if len(text) < SHORTEST:
        return False
    if _UUID.fullmatch(text) or has_key(text):
        return True
    return any(_is_mixed(piece) for piece in re.split(r"[-_.~:+=]", text))


def _is_mixed(piece: str) -> bool:
    if not (any(letter.isdigit() for letter in piece) and any(letter.isalpha() for letter in piece)):
        return False
    changes = len(_CLASSES.findall(piece)) - 1
    return (len(piece) >= 12 and changes >= 4) or (len(piece) >= 20 and changes >= 2)


def _json_without_secrets(text: str) -> str | None:
    try:
        made = json.loads(text)
    except (ValueError, RecursionError):
        return None
    shown = public(made)
    return text if shown == made else json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _without_keys(text: str) -> str:
    return without_keys_of_environment(_BEARER.sub(rf"\1 {BLOT}", _KEY.sub(BLOT, text)))
