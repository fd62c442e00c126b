"""The way to an endpoint: proxies that refuse or are of another kind, certificates, schemes that do not fit."""

import asyncio

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError, UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.http import network
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.openai import OpenAIModel


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def error_of(url, request_for):
    async def main():
        model = OpenAIModel("openai/m", model="m", endpoint=endpoint_at(url, source="test"), options=ModelOptions())
        try:
            await model.send(request_for())
        except (RequestRefused, TransientError) as error:
            return error
        finally:
            await model.aclose()

    return asyncio.run(main())


async def served(reply):
    async def answer(reader, writer):
        await reader.read(1)
        writer.write(reply)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def through_proxy(url, reply, request, monkeypatch):
    async def main():
        server, port = await served(reply)
        monkeypatch.setenv("all_proxy", f"http://name:hunter22@127.0.0.1:{port}")
        model = OpenAIModel("openai/m", model="m", endpoint=endpoint_at(url, source="test"), options=ModelOptions())
        try:
            await model.send(request)
        except (RequestRefused, TransientError) as error:
            return error
        finally:
            await model.aclose()
            server.close()

    return asyncio.run(main())


@pytest.mark.parametrize(("status", "kind"), [(403, RequestRefused), (407, RequestRefused), (503, TransientError)])
def test_a_proxy_that_refuses_is_named(monkeypatch, request_for, status, kind):
    reply = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()
    error = through_proxy("https://model.invalid/v1", reply, request_for(), monkeypatch)
    assert type(error) is kind
    assert error.message.startswith("openai/m: the proxy http://127.0.0.1:")
    assert error.message.endswith(f" refuses the connection (HTTP {status})")
    assert "HTTPS_PROXY" in error.hint
    assert "hunter22" not in str(error)


def test_a_proxy_that_is_down_is_named(monkeypatch, request_for):
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    error = error_of("http://model.invalid/v1", request_for)
    assert type(error) is TransientError
    assert error.message.startswith("openai/m: no connection to the proxy http://127.0.0.1:9 (")


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "SOCKS5"])
def test_a_socks_proxy_is_refused(monkeypatch, request_for, scheme):
    monkeypatch.setenv("all_proxy", f"{scheme}://name:hunter22@127.0.0.1:1080")
    error = error_of("http://model.invalid/v1", request_for)
    assert type(error) is RequestRefused
    assert error.message == (
        f"openai/m: proxies of this kind are not supported ({scheme}://127.0.0.1:1080); accepted: an http:// proxy"
    )


@pytest.mark.parametrize("url", ["unix:///run/vllm.sock", "http+unix://%2Frun%2Fvllm.sock/v1", "/run/vllm.sock"])
def test_a_unix_socket_is_refused(url):
    with pytest.raises(UsageError, match="not a base URL") as caught:
        endpoint_at(url, source="--eval-api-url")
    assert caught.value.hint.startswith("unix sockets are not supported; give the server a port")


def test_https_to_a_server_of_plain_http(request_for):
    async def main():
        server, port = await served(b"HTTP/1.1 400 Bad\r\n\r\n")
        place = endpoint_at(f"https://127.0.0.1:{port}/v1", source="test")
        model = OpenAIModel("openai/m", model="m", endpoint=place, options=ModelOptions(timeout=20))
        with pytest.raises(TransientError) as caught:
            await model.send(request_for())
        await model.aclose()
        server.close()
        return caught.value

    error = asyncio.run(main())
    assert "its URL begins with http://" in error.hint


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_authorities_to_trust(monkeypatch, tmp_path, variable):
    certifi = pytest.importorskip("certifi", reason="certifi is needed: pip install certifi")
    assert network.trusted("m", "https://host/v1", None) is True
    monkeypatch.setenv(variable, certifi.where())
    context = network.trusted("m", "https://host/v1", None)
    assert not isinstance(context, bool)
    assert context.get_ca_certs()
    monkeypatch.setenv(variable, str(tmp_path))
    assert not isinstance(network.trusted("m", "http://host/v1", "HTTPS://proxy:8080"), bool)


def test_authorities_are_not_read_where_nothing_is_encrypted(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no file")
    assert network.trusted("m", "http://host/v1", None) is True
    assert network.trusted("m", "http://host/v1", "http://proxy:8080") is True


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_is_none(monkeypatch, tmp_path, request_for, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    error = error_of("https://127.0.0.1:9/v1", request_for)
    assert type(error) is RequestRefused
    assert error.message.startswith(f"openai/m: REQUESTS_CA_BUNDLE names no certificates ({path}: ")
