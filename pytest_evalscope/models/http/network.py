"""The way to an endpoint: proxies, trusted certificates, and why no complete response came over it."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError
from pytest_evalscope.models.http.endpoint import Endpoint
from pytest_evalscope.models.http.errors import one_line, worth_retrying

if TYPE_CHECKING:
    import ssl

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables of other HTTP clients that name the authorities to trust; OpenSSL's own SSL_CERT_FILE is read anyway."""
_PROXIED = "HTTPS_PROXY, HTTP_PROXY and ALL_PROXY name the proxy, NO_PROXY the hosts that need none"


def proxy_for(name: str, endpoint: Endpoint) -> str | None:
    """Return the proxy that the environment names, looked up once: the client's own look-up costs 0.35 ms a request.

    Raises RequestRefused, in the name of the model, for a kind of proxy that is not supported.
    """
    parts = urlsplit(endpoint.base)
    if endpoint.loopback or proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy and (scheme := proxy.partition("://")[0].lower()) not in ("http", "https"):
        raise RequestRefused(
            f"{name}: proxies of this kind are not supported ({_public(proxy)}); accepted: an http:// proxy",
            hint=f"{scheme}:// needs a converter such as privoxy, or a tunnel; {_PROXIED}",
        )
    return proxy or None


def trusted(name: str, *urls: str | None) -> ssl.SSLContext | bool:
    """Return the authorities to trust that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names; True for the system's own.

    They are not read where none of `urls`, the endpoint's and its proxy's, is encrypted: that takes 30 ms.
    Raises RequestRefused, in the name of the model, for a file or folder that holds none.
    """
    encrypted = any(url and url.lower().startswith("https:") for url in urls)
    for variable in _BUNDLES if encrypted else ():
        path = os.environ.get(variable, "").strip()
        if not path:
            continue
        import ssl

        folder = os.path.isdir(path)  # noqa: PTH112  # pathlib raises for a name that is too long
        try:
            return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
        except OSError as error:
            raise RequestRefused(
                f"{name}: {variable} names no certificates ({path}: {error.strerror or error}); "
                "accepted: a PEM file, or a folder of them"
            ) from None
    return True


def lost(name: str, endpoint: Endpoint, error: BaseException, proxy: str | None, timeout: float) -> ModelError:
    """Return the error for a request that got no complete response over the network.

    Its words are the system's and may hold a secret; the caller blots them out.
    """
    import aiohttp

    if isinstance(error, asyncio.TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError):
        return ModelTimeout(f"{name}: no complete response within {timeout:g} seconds")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _by_proxy(name, error, proxy)
    reason = getattr(error, "strerror", None) or ("" if isinstance(error, aiohttp.ClientResponseError) else str(error))
    shown = f"{type(error).__name__}: {one_line(reason)}".removesuffix(": ")
    place = endpoint.public
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return RequestRefused(
            f"{name}: the certificate of {place} is not trusted ({shown})",
            hint="REQUESTS_CA_BUNDLE or SSL_CERT_FILE may name the authorities to trust",
        )
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return TransientError(f"{name}: no connection to the proxy {_public(proxy or '')} ({shown})", hint=_PROXIED)
    if isinstance(error, aiohttp.ClientConnectorSSLError) and place.startswith("https:"):
        return TransientError(
            f"{name}: no encrypted connection to {place} ({shown})",
            hint=f"if the server speaks plain HTTP, its URL begins with http://; {endpoint.named_by} names it",
        )
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return TransientError(
            f"{name}: no connection to {place} ({shown})",
            hint=f"is the server up, and the URL right? {endpoint.named_by} names it",
        )
    return TransientError(f"{name}: the connection to {place} broke ({shown})")


def _by_proxy(name: str, error: Any, proxy: str | None) -> ModelError:
    message = f"{name}: the proxy {_public(proxy or '')} refuses the connection (HTTP {error.status})"
    if worth_retrying(error.status):
        return TransientError(message, status=error.status, hint=_PROXIED)
    return RequestRefused(message, status=error.status, hint=_PROXIED)


def _public(proxy: str) -> str:
    """Return the URL of a proxy without name and password."""
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('/')[0]}"
