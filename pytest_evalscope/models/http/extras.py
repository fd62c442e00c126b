"""Headers and query parameters of one request besides the endpoint's own: `extra_headers` and `extra_query`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.text.secrets import PUBLIC_HEADERS, PUBLIC_QUERY

HEADERS, QUERY = "extra_headers", "extra_query"
"""Generation parameters, named as in OpenAI's client: sent as headers and in the URL's query, never in the body."""
EXTRAS = (HEADERS, QUERY)


@dataclass(frozen=True, slots=True)
class Extras:
    """Headers and query of one request, sent beside its body."""

    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)

    @property
    def secrets(self) -> frozenset[str]:
        """Values that nothing may show, and what follows a scheme (`Bearer`) in them."""
        values = [value for name, value in self.headers.items() if name.lower() not in PUBLIC_HEADERS]
        values += [value for name, value in self.query.items() if name.lower() not in PUBLIC_QUERY]
        return frozenset({*values, *(value.rpartition(" ")[2] for value in values)})


def extras_in(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `params` that are sent beside the body."""
    return {name: params[name] for name in EXTRAS if params.get(name)}


def extras_of(name: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], Extras]:
    """Return the body without its extras, and these.

    Raises RequestRefused, in the name of the model and without a value, for what no header or query may hold.
    """
    rest = dict(body)
    headers = _texts(name, HEADERS, rest.pop(HEADERS, None))
    query = _texts(name, QUERY, rest.pop(QUERY, None))
    for header, value in headers.items():
        if not (value.isascii() and value.isprintable() and header.isascii() and header.isprintable() and header):
            raise RequestRefused(f"{name}: {HEADERS} {header!r} does not fit; accepted: printable ASCII")
    return rest, Extras(headers, query)


def _texts(name: str, parameter: str, given: Any) -> dict[str, str]:
    """Return names and values as text, numbers spelled out; those of null are left out."""
    if given is None:
        return {}
    texts = (str, int, float, type(None))
    if not isinstance(given, Mapping) or not all(isinstance(value, texts) for value in given.values()):
        raise RequestRefused(f"{name}: {parameter} does not fit; accepted: an object of names and texts")
    return {
        str(key): value if isinstance(value, str) else str(value) for key, value in given.items() if value is not None
    }
