"""The model of a task: the one of ours that EvalScope's fields mean, opened."""

from __future__ import annotations

from pathlib import Path

from pytest_evalscope.api.plan import AnyModel
from pytest_evalscope.compat.names import key_of, model_name_of
from pytest_evalscope.compat.task import TaskConfig
from pytest_evalscope.errors import UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.keyed import LISTED, open_keyed, takes_key
from pytest_evalscope.models.resolve import refuse_key

WHERE_URL = "TaskConfig api_url"
WHERE_KEY = "TaskConfig api_key"


def named_model(task: TaskConfig, options: ModelOptions) -> dict[str, AnyModel]:
    """Return the model of a task under the name it goes by in reports.

    A key goes from the task into the head of this model's requests and nowhere else: neither the environment nor an
    option ever contains it.

    Raises UsageError for a name or kind of model that means none here, and fields that contradict each other.
    """
    if task.model_id:
        refuse_key(task.model_id, "TaskConfig model_id")
    if task.model is not None and not isinstance(task.model, (str, Path)):
        _refuse_endpoint(task, "the model is an object")
        own = getattr(task.model, "name", None) or getattr(task.model, "__name__", type(task.model).__name__)
        return {task.model_id or str(own): task.model}
    name = model_name(task)
    if not takes_key(name):
        _refuse_endpoint(task, f"{name} takes none")
        return {task.model_id or name: name}
    if task.api_url:
        endpoint_at(task.api_url, source=WHERE_URL)
    key = key_of(task.api_key, WHERE_KEY)
    provider = name.partition("/")[0]
    if key is None and not (provider == "anthropic" and task.api_url):
        return {task.model_id or name: name}
    read = None if key is None else lambda: key.get_secret_value().strip()
    opened = open_keyed(name, options, read, where=WHERE_URL)
    return {task.model_id or name: opened}


def model_name(task: TaskConfig) -> str:
    """Return `provider/model` for what the task calls its model. Raises UsageError, UnknownName."""
    return model_name_of(str(task.model or ""), task.eval_type, task.api_url or "")


def _refuse_endpoint(task: TaskConfig, why: str) -> None:
    for where, given in ((WHERE_URL, task.api_url), (WHERE_KEY, key_of(task.api_key, WHERE_KEY))):
        if given:
            raise UsageError(f"{where}: would be lost, for {why}; only {LISTED} models take one")
