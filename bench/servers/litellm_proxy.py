"""LiteLLM's proxy before the mock: its protocols, and what it answers itself, in the mock's place."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bench.servers.environment import Environment
from bench.servers.outcome import LIKELIHOOD, Expected, Line, Scenario
from bench.servers.place import Place
from bench.servers.process import free_port, responds, running, wait_until

AUTH = """
from litellm.proxy._types import ProxyException, UserAPIKeyAuth

KEYS = {"sk-bench": {}, "sk-spent": {"max_budget": 0.01, "spend": 0.02}, "sk-minute": {"rpm_limit": 12}}


async def user_api_key_auth(request, api_key):
    if api_key not in KEYS:
        raise ProxyException("this key is not known", "auth_error", "api_key", 401)
    return UserAPIKeyAuth(api_key=api_key, **KEYS[api_key])
"""
MASTER = f"sk-{secrets.token_hex(16)}"
"""The key of everything: the proxy does not start with a weak one."""
SAMPLES = 20
ONCE = range(SAMPLES, SAMPLES + 1)
NONE = range(1)
STREAM = "--eval-generation-config=stream=true"
CUT = "--eval-generation-config=max_tokens=1"
PROTOCOLS = {"chat": "openai", "messages": "anthropic", "responses": "responses"}


def _protocols() -> Iterator[Scenario]:
    for name, provider in PROTOCOLS.items():
        asked = Scenario(name=name, model=f"{provider}/chat", expected=Expected(scored=SAMPLES, requests=ONCE))
        yield asked
        yield replace(asked, name=f"{name}, streamed", options=(STREAM,))
        cut = Expected(scored=SAMPLES, truncated=SAMPLES)
        yield replace(asked, name=f"{name}, cut at max_tokens", model=f"{provider}/wordy", options=(CUT,), expected=cut)
        yield replace(
            asked, name=f"{name}, cut, streamed", model=f"{provider}/wordy", options=(f"{CUT},stream=true",),
            expected=cut,
        )  # fmt: skip
        yield Scenario(
            name=f"{name}, fallback of a dead deployment", model=f"{provider}/dead",
            expected=Expected(
                scored=SAMPLES, requests=ONCE, says=(rf"the completions are from \S+ \(fallback\) \({SAMPLES}\)",)
            ),
        )  # fmt: skip


def _refused(*says: str) -> Expected:
    """The outcome of what is final: no request reaches the mock, and nothing is waited for."""
    return Expected(scored=0, exit=10, requests=NONE, says=says, seconds=60)


KEYS = (
    *_protocols(),
    Scenario(
        name="2 at a time: 429", model="openai/narrow", samples=40,
        expected=Expected(scored=40, requests=range(40, 41)),
    ),
    Scenario(
        name="a deployment's limit of 12 a minute: 429", model="openai/minute",
        expected=Expected(scored=SAMPLES, requests=ONCE, seconds=240),
    ),
    Scenario(
        name="a key's limit of 12 a minute: 429", model="openai/chat", environment={"OPENAI_API_KEY": "sk-minute"},
        expected=Expected(scored=SAMPLES, requests=ONCE, seconds=240),
    ),
    Scenario(
        name="a deployment's budget is spent on the way", model="openai/spent", options=("--eval-concurrency=1",),
        expected=Expected(scored=1, exit=10, requests=range(1, 2), says=("the money of the account",), seconds=60),
    ),
    Scenario(
        name="a key's budget is spent", model="openai/priced", environment={"OPENAI_API_KEY": "sk-spent"},
        options=("--eval-concurrency=1",),  # the first request starts LiteLLM's count
        expected=Expected(scored=1, exit=10, requests=range(1, 2), says=("the money of the account",), seconds=60),
    ),
    Scenario(
        name="messages, a key's budget is spent", model="anthropic/priced",
        environment={"ANTHROPIC_API_KEY": "sk-spent"}, expected=_refused("the money of the account"),
    ),
    Scenario(
        name="wrong key", model="openai/chat", environment={"OPENAI_API_KEY": "sk-other"},
        expected=_refused("HTTP 401", "the key is read from OPENAI_API_KEY"),
    ),
    Scenario(
        name="unknown model", model="openai/none",
        expected=_refused("HTTP 400", "Invalid model name"),
    ),
    Scenario(
        name="log-probabilities", model="openai/chat", test=LIKELIHOOD, expected=Expected(scored=SAMPLES),
    ),
    Scenario(
        name="log-probabilities of a model that only generates", model="openai/generates", test=LIKELIHOOD,
        expected=Expected(scored=0, exit=10, requests=range(1, 2), says=("gives no log-probabilities",), seconds=60),
    ),
)  # fmt: skip
DEFAULTS = (
    Scenario(
        name="wrong key, without a database: 400", model="openai/chat", environment={"OPENAI_API_KEY": "sk-other"},
        expected=_refused("HTTP 400", "No connected db", "the key is read from OPENAI_API_KEY"),
    ),
    Scenario(
        name="one of two deployments is dead", model="openai/half", environment={"OPENAI_API_KEY": MASTER},
        expected=Expected(scored=SAMPLES, requests=ONCE),
    ),
    Scenario(
        name="the only deployment is dead: 500", model="openai/dead", options=("--eval-attempts=2",),
        environment={"OPENAI_API_KEY": MASTER}, expected=_refused("HTTP 500", "Connection error"),
    ),
    Scenario(
        name="both deployments are dead, in cooldown: 429", model="openai/gone", options=("--eval-sample-timeout=40",),
        environment={"OPENAI_API_KEY": MASTER}, expected=Expected(
            scored=0, exit=10, requests=NONE, says=(r"waiting: endpoint answers (?:429|500) \(",),
            seconds=120,
        ),
    ),
)  # fmt: skip


def lines(place: Place) -> Iterator[Line]:
    """Yield the lines of the table."""
    environment = Environment(place.environments / "litellm")
    environment.install(("litellm[proxy]",))
    name = f"LiteLLM {environment.version('litellm')}"
    with (
        place.mocked("--latency-ms", "20") as (mock, counted),
        place.mocked("--policy", "fixed:one two") as (wordy, _),
    ):
        own_keys = _configuration(mock, wordy)
        own_keys["router_settings"] |= {"disable_cooldowns": True, "fallbacks": [{"dead": ["chat"]}]}
        own_keys["general_settings"] |= {"custom_auth": "auth.user_api_key_auth", "custom_auth_run_common_checks": True}
        with _proxy(place, environment, own_keys) as url:
            yield from place.lines(name, KEYS, url, counted)
        with _proxy(place, environment, _configuration(mock, wordy)) as url:
            yield from place.lines(name, DEFAULTS, url, counted)


def _configuration(mock: str, wordy: str) -> dict[str, Any]:
    dead = f"http://127.0.0.1:{free_port()}/v1"
    price = {"input_cost_per_token": 0.01, "output_cost_per_token": 0.01}
    usual = {"model": "openai/mock-model", "api_base": mock, "api_key": "sk-behind", "use_chat_completions_api": True}
    deployments: list[tuple[str, dict[str, Any]]] = [
        ("chat", {}),
        ("wordy", {"api_base": wordy}),
        ("generates", {"model": "openai/gpt-4o"}),  # of which LiteLLM knows that it only chats
        ("narrow", {"max_parallel_requests": 2}),
        ("minute", {"rpm": 12}),
        ("priced", price),  # budgets do not count what costs nothing
        ("spent", {"max_budget": 1e-9, "budget_duration": "1d", **price}),
        ("dead", {"api_base": dead}),
        ("half", {}), ("half", {"api_base": dead}),
        ("gone", {"api_base": dead}), ("gone", {"api_base": f"{dead}/too"}),
    ]  # fmt: skip
    return {
        "model_list": [{"model_name": name, "litellm_params": {**usual, **given}} for name, given in deployments],
        "litellm_settings": {
            "num_retries": 0, "request_timeout": 20, "telemetry": False,
            "use_chat_completions_url_for_anthropic_messages": True,
        },
        "general_settings": {"master_key": MASTER},
        "router_settings": {"num_retries": 0, "optional_pre_call_checks": ["enforce_model_rate_limits"]},
    }  # fmt: skip


@contextmanager
def _proxy(place: Place, environment: Environment, configuration: dict[str, Any]) -> Iterator[str]:
    """Run the proxy with a configuration and yield its URL."""
    folder, port = place.folder("litellm"), free_port()
    file, log = folder / "config.yaml", folder / "log.txt"
    file.write_text(json.dumps(configuration, indent=1), "utf-8")  # JSON is YAML
    (folder / "auth.py").write_text(AUTH, "utf-8")
    command = [environment.bin / "litellm", "--config", file, "--host", "127.0.0.1", "--port", str(port)]
    with running(command, log, {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "DATABASE_URL": None}) as child:
        wait_until(child, lambda: responds(f"http://127.0.0.1:{port}/health/liveliness"), log, 180)
        yield f"http://127.0.0.1:{port}/v1"
