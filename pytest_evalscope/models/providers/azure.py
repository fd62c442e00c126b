"""`azure/<deployment>`: a deployment of Azure OpenAI: the chat of OpenAI, at a URL and with a header of its own."""

from __future__ import annotations

import os
from urllib.parse import quote

from pytest_evalscope.errors import UsageError
from pytest_evalscope.models.http.endpoint import endpoint_at, headers_from, variable
from pytest_evalscope.models.middleware.limiting import limited
from pytest_evalscope.models.middleware.retrying import retrying
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.openai import OpenAIModel
from pytest_evalscope.types import Chat, Embed, Likelihood, Model

API_VERSION = "2024-10-21"
"""The version of the service unless OPENAI_API_VERSION names another: the latest that is no preview."""
ANSWERED: frozenset[type] = frozenset({Chat, Likelihood, Embed})
"""Azure OpenAI deploys no model that scores documents."""


def open_azure(deployment: str, options: ModelOptions) -> Model:
    """Return `azure/<deployment>` of the resource at AZURE_OPENAI_ENDPOINT, limited and retrying.

    Raises UsageError where the endpoint is not set or no URL, or there is neither key nor token, or one that cannot be
    sent.
    """
    name = f"azure/{deployment}"
    resource = variable("AZURE_OPENAI_ENDPOINT").rstrip("/").removesuffix("/openai")
    if not resource:
        raise UsageError(
            f"{name}: AZURE_OPENAI_ENDPOINT is not set; accepted: the URL of the resource, https://….openai.azure.com"
        )
    version = quote(variable("OPENAI_API_VERSION") or API_VERSION, safe="")
    endpoint = endpoint_at(
        f"{resource}/openai/deployments/{quote(deployment, safe='')}?api-version={version}",
        source="AZURE_OPENAI_ENDPOINT",
        environment=azure_headers,
        key="AZURE_OPENAI_API_KEY",
        named_by="AZURE_OPENAI_ENDPOINT",
    )
    if not (options.replayed or endpoint.loopback or azure_headers()):
        raise UsageError(
            f"{name}: needs a key, and neither AZURE_OPENAI_API_KEY nor AZURE_OPENAI_AD_TOKEN is set",
        )
    made = OpenAIModel(name, model=deployment, endpoint=endpoint, options=options, can=ANSWERED, hosted=True)
    seed = os.getpid()  # workers that pause in step would come back in step
    return retrying(limited(made, options, seed=seed), options, seed=seed)


def azure_headers() -> dict[str, str]:
    """Return the headers with the key or the token of the environment. Raises UsageError: `headers_from`."""
    return headers_from(
        (("AZURE_OPENAI_API_KEY", "api-key", "{}"), ("AZURE_OPENAI_AD_TOKEN", "Authorization", "Bearer {}"))
    )
