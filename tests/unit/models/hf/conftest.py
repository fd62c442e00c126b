"""A tiny Llama with random weights, whose tokens are bytes."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.hf.completion import completion_of
from pytest_evalscope.models.hf.load import Loaded, Source, encode
from pytest_evalscope.models.hf.prompt import row_of
from pytest_evalscope.models.hf.sampler import Choice
from pytest_evalscope.models.hf.schedule import Schedule
from pytest_evalscope.models.hf.sequence import Order, Row
from pytest_evalscope.models.hf.special_tokens import special_tokens
from pytest_evalscope.models.local.frame import frame_of
from pytest_evalscope.models.local.sampling import read_sampling
from pytest_evalscope.types import Chat, Completion, Likelihood, Request

TEMPLATE = (
    "{% for message in messages %}<s>{{ message['role'] }} {{ message['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant {% endif %}"
)


def make_tokenizer(
    template: str | None, *, special: Sequence[str] = (), frame: str = "", merges: Sequence[tuple[str, str]] = ()
) -> Any:
    """Every byte is a token; 0 begins and 1 ends a message. `frame`: what is put around a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(["<s>", "</s>", *letters, *map("".join, merges)])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<s>", "</s>", *special])
    if frame:
        tokenizer.post_processor = processors.TemplateProcessing(single=frame, special_tokens=[("<s>", 0), ("</s>", 1)])
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    made.chat_template = template
    return made


def installed(package: str) -> Any:
    return pytest.importorskip(package, reason=f"{package} is not installed: pip install 'pytest-evalscope[hf]'")


def save_model(folder: Path, *, template: str | None = TEMPLATE, seed: int = 0, **config: Any) -> Path:
    """Write a model of 2 layers and its tokenizer; `config` overrides the Llama's."""
    torch = installed("torch")
    transformers = installed("transformers")
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512}
    kind = config.pop("kind", "Llama")
    model_class = config.pop("cls", f"{kind}ForCausalLM")
    made = getattr(transformers, f"{kind}Config")(
        vocab_size=258, bos_token_id=0, eos_token_id=1, initializer_range=0.4, **{**sizes, **heads, **config}
    )
    state = torch.random.get_rng_state()
    torch.manual_seed(seed)
    model = getattr(transformers, model_class)(made)
    torch.random.set_rng_state(state)
    model.save_pretrained(folder)
    make_tokenizer(template).save_pretrained(folder)
    return folder


def load(folder: Path, **args: Any) -> Loaded:
    return Source(
        name="hf/tiny", place=str(folder), args={"device": "cpu", "dtype": "auto", "threads": 1, **args}
    ).load()


def ask(text: str, **params: Any) -> Request:
    return Chat(messages=({"role": "user", "content": text},), params=params)


class Decoder:
    """Decodes requests with a loaded model, without its thread: round by round, all in view."""

    def __init__(self, loaded: Loaded, places: int) -> None:
        self._loaded = loaded
        self.schedule = Schedule(loaded.model, pad=loaded.pad, places=places)
        self.rounds = 0

    def add(self, *requests: Chat | Likelihood) -> list[Row]:
        rows = [self.row(request) for request in requests]
        for row in rows:
            self.schedule.add(row)
        return rows

    def row(self, request: Chat | Likelihood) -> Row:
        return row_of("hf/tiny", self._loaded, Order(request=request, sampling=read_sampling("hf/tiny", request)))

    def advance(self) -> list[Row]:
        self.rounds += 1
        return self.schedule.advance()

    def finish(self) -> None:
        while self.schedule.rows:
            self.advance()

    def decode(self, *requests: Chat | Likelihood) -> list[Row]:
        rows = self.add(*requests)
        self.finish()
        return rows


@pytest.fixture(scope="session")
def torch() -> Any:
    return installed("torch")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """The folder of the tiny model."""
    return save_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def loaded(tiny) -> Loaded:
    return load(tiny)


@pytest.fixture
def decoder(loaded) -> Callable[[int], Decoder]:
    return lambda places: Decoder(loaded, places)


@pytest.fixture(scope="session")
def save() -> Callable[..., Path]:
    return save_model


@pytest.fixture(scope="session")
def load_from() -> Callable[..., Loaded]:
    return load


@pytest.fixture(scope="session")
def decoder_of() -> type[Decoder]:
    return Decoder


@pytest.fixture
def spoken() -> Callable[..., Completion]:
    """The completion of a request whose tokens are those of a text: a model that says it, as its tokenizer has it."""

    def completion(loaded: Loaded, request: Chat, text: str) -> Completion:
        row = row_of("hf/tiny", loaded, Order(request=request, sampling=read_sampling("hf/tiny", request)))
        for token in loaded.tokenizer(text, add_special_tokens=False)["input_ids"]:
            row.take(Choice(token=token))
            if row.done:
                break
        return completion_of(row, model="hf/tiny")

    return completion


@pytest.fixture(scope="session")
def tokenized() -> Callable[..., Loaded]:
    """What is loaded of a model whose weights are not needed."""
    installed("transformers")

    def loaded(template: str | None = TEMPLATE, **options: Any) -> Loaded:
        tokenizer = make_tokenizer(template, **options)
        return Loaded(
            model=None, tokenizer=tokenizer, context=512, ends=frozenset({1}), pad=1, rows=1,
            special=special_tokens(tokenizer), frame=frame_of(partial(encode, tokenizer)),
        )  # fmt: skip

    return loaded


@pytest.fixture(scope="session")
def asking() -> Callable[..., Request]:
    return ask


@pytest.fixture
def generate() -> Callable[..., list[Completion]]:
    """Opens a model as a user does, sends the requests at once, and closes it."""

    def run(name: str, *requests: Request, **args: Any) -> list[Completion]:
        async def all_of() -> Sequence[Completion]:
            model = resolve(name, ModelOptions(args={"device": "cpu", "threads": 1, **args}))
            try:
                return await asyncio.gather(*map(model.send, requests))
            finally:
                await model.aclose()

        return list(asyncio.run(all_of()))

    return run


@pytest.fixture(scope="session")
def tokenizer_of() -> Callable[..., Any]:
    installed("transformers")
    return lambda template=TEMPLATE, **options: make_tokenizer(template, **options)
