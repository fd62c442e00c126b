"""From a typed name to a model, and what is said of names that mean none."""

import subprocess
import sys

import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.resolve import PROVIDERS, require_read_url
from pytest_evalscope.run import Settings

FORMS = (
    "openai/<model>, responses/<model>, openai-batch/<model>, azure/<deployment>, anthropic/<model>, "
    "hf/<folder or Hugging Face id>, gguf/<file>, smollm2, python/<package.module>:<function>, "
    "fake/<rule>"
)


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("qwen2.5:7b", "openai/qwen2.5:7b"),
        ("mistral:latest", "openai/mistral:latest"),
        ("smolm2", "smollm2"),
        ("Smollm2", "smollm2"),
        ("model.gguf", "gguf/model.gguf"),
        ("./weights/model.gguf", "gguf/./weights/model.gguf"),
        ("my.app:answer", "python/my.app:answer"),
        ("x" * 5000, "openai/" + "x" * 5000),
    ],
)
def test_a_name_without_a_provider(name, likely):
    with pytest.raises(UsageError) as caught:
        resolve(name, ModelOptions())
    assert caught.value.message == f"model: no provider in the name ({name!r}); accepted: {FORMS}"
    assert caught.value.hint == f"did you mean {likely}?"


def test_no_name_at_all():
    with pytest.raises(UsageError) as caught:
        resolve("", ModelOptions())
    assert str(caught.value) == f"model: no provider in the name (''); accepted: {FORMS}"


def test_a_folder_without_a_provider(tmp_path):
    with pytest.raises(UsageError) as caught:
        resolve(str(tmp_path), ModelOptions())
    assert caught.value.hint == f"did you mean hf/{tmp_path}?"


@pytest.mark.parametrize(
    ("name", "nearest"), [("opnai/gpt-4o", "openai or openai-batch"), ("OpenAI/gpt-4o", "openai"), ("ggu/x", "gguf")]
)
def test_a_provider_with_a_slip(name, nearest):
    with pytest.raises(UnknownName, match=f"did you mean {nearest}\\?") as caught:
        resolve(name, ModelOptions())
    assert caught.value.nearest == tuple(nearest.split(" or "))


def test_an_id_of_a_hub_is_no_provider():
    with pytest.raises(UnknownName) as caught:
        resolve("meta-llama/Llama-3.1-8B", ModelOptions())
    assert caught.value.message == (
        "model provider: unknown name ('meta-llama'); known: anthropic, azure, fake, gguf, hf, openai, openai-batch, "
        "python, responses, smollm2"
    )
    assert caught.value.hint == (
        "a Hugging Face id reads hf/meta-llama/Llama-3.1-8B; "
        "a model behind an OpenAI-compatible URL reads openai/meta-llama/Llama-3.1-8B"
    )


@pytest.mark.parametrize("name", ["openai", "openai/", "fake", "fake/", "hf/", "gguf", "python/"])
def test_a_provider_without_a_model(name):
    provider = name.rstrip("/")
    with pytest.raises(UsageError) as caught:
        resolve(name, ModelOptions())
    form = PROVIDERS[provider].form
    assert str(caught.value) == f"model: no model after {provider} ({name!r}); accepted: {form}"


def test_a_provider_that_stands_alone():
    with pytest.raises(UsageError, match=r"^model: too much after smollm2 \('smollm2/x'\); accepted: smollm2$"):
        resolve("smollm2/x", ModelOptions())


@pytest.mark.parametrize("name", ["openai/m", "fake/echo", "python/json:dumps"])
def test_arguments_for_a_model_that_takes_none(name):
    with pytest.raises(UsageError) as caught:
        resolve(name, ModelOptions(args={"dtype": "float16", "device": "cpu"}))
    provider = name.partition("/")[0]
    assert str(caught.value) == (
        f"model {name}: takes no model arguments (dtype, device); accepted: none for {provider}/ models"
    )


def test_naming_a_model_loads_no_client():
    code = (
        "import sys; from pytest_evalscope.models import resolve, ModelOptions\n"
        "resolve('openai/m', ModelOptions(api_url='http://127.0.0.1:9/v1')); resolve('fake/echo', ModelOptions())\n"
        "print(sorted({'aiohttp', 'openai', 'torch', 'transformers', 'orjson'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("names", "said", "hint"),
    [
        (["anthropic/claude"], "anthropic/ models", "ANTHROPIC_BASE_URL"),
        (["anthropic/a", "azure/b"], "anthropic/ and azure/ models", "ANTHROPIC_BASE_URL and AZURE_OPENAI_ENDPOINT"),
    ],
)
def test_a_url_that_no_model_reads_is_refused(names, said, hint):
    options = ModelOptions(api_url="http://localhost:1/v1")
    with pytest.raises(UsageError, match=f"^--eval-api-url: not read by {said}; accepted with openai/") as caught:
        require_read_url(names, options)
    assert caught.value.hint == f"set {hint} instead"
    for read in ([*names, "openai/m"], [*names, "other/m"], ["fake/echo"], []):
        require_read_url(read, options)
    require_read_url(names, ModelOptions())


def test_settings_refuse_a_url_that_no_model_reads():
    with pytest.raises(UsageError, match="--eval-api-url: not read by anthropic/ models"):
        Settings(models=("anthropic/claude",), model=ModelOptions(api_url="http://localhost:1/v1"))
