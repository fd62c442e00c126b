"""Models of other kinds: windows, absolute positions, recurrent states."""

import inspect
from types import SimpleNamespace

import pytest

from pytest_evalscope.models.hf.cache import separable
from pytest_evalscope.models.hf.forward import Forward

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

TEXTS = ["a", "some words, " * 8, "and a third one of middling length"]
KINDS = {
    "sliding window": {"kind": "Mistral", "sliding_window": 12},
    "window in some layers": {
        "kind": "Gemma3Text", "cls": "Gemma3ForCausalLM", "sliding_window": 12, "head_dim": 8,
        "layer_types": ["sliding_attention", "full_attention"],
    },
    "absolute positions": {
        "kind": "GPT2", "cls": "GPT2LMHeadModel", "n_positions": 256, "n_embd": 32, "n_layer": 2, "n_head": 4,
    },
    "positions from the mask": {"kind": "Bloom", "n_layer": 2, "n_head": 4},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_padding_and_merging_change_nothing(torch, kind, tmp_path, save, load_from, decoder_of, asking):
    loaded = load_from(save(tmp_path, **KINDS[kind]))
    assert loaded.rows == 8
    requests = [asking(text, max_tokens=24 + 4 * place) for place, text in enumerate(TEXTS)]
    decoding = decoder_of(loaded, 4)
    rows = decoding.add(requests[0])
    decoding.advance()
    rows += decoding.add(*requests[1:])
    decoding.finish()
    for row in rows:
        ids = torch.tensor([row.prompt])
        with torch.inference_mode():
            output = loaded.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=row.limit, do_sample=False, pad_token_id=1
            )
        assert output[0, ids.shape[1] :].tolist() == [choice.token for choice in row.choices]


def check_decoded_alone(torch, loaded, decoder_of, asking):
    assert not separable(loaded.model)
    assert loaded.rows == 1
    for row in decoder_of(loaded, loaded.rows).decode(*(asking(text, max_tokens=20) for text in TEXTS)):
        ids = torch.tensor([row.prompt])
        with torch.inference_mode():
            output = loaded.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=20, do_sample=False, pad_token_id=1
            )
        assert output[0, ids.shape[1] :].tolist() == [choice.token for choice in row.choices]


def test_a_recurrent_state_is_decoded_alone(torch, tmp_path, save, load_from, decoder_of, asking):
    sizes = {
        "linear_num_value_heads": 2,
        "linear_num_key_heads": 2,
        "linear_key_head_dim": 8,
        "linear_value_head_dim": 8,
    }
    folder = save(
        tmp_path, kind="Qwen3Next", layer_types=["linear_attention", "full_attention"], head_dim=8, num_experts=2,
        num_experts_per_tok=1, moe_intermediate_size=16, shared_expert_intermediate_size=16, **sizes,
    )  # fmt: skip
    check_decoded_alone(torch, load_from(folder), decoder_of, asking)


def test_a_state_without_attention_is_decoded_alone_or_told(torch, tmp_path, save, load_from, decoder_of, asking):
    """Before transformers 5.24 Mamba took its state under another name, and forgot the prompt after every token."""
    loaded = load_from(save(tmp_path, kind="Mamba", num_hidden_layers=1, state_size=4))
    if "cache" in inspect.signature(loaded.model.forward).parameters:
        check_decoded_alone(torch, loaded, decoder_of, asking)
    else:
        check_told(loaded, decoder_of, asking)


def check_told(loaded, decoder_of, asking):
    [row] = decoder_of(loaded, 1).decode(asking("a", max_tokens=3))
    assert row.error.startswith("generation failed (")
    assert row.choices == []


def test_a_state_that_cannot_be_kept_is_told(loaded, decoder_of, asking, monkeypatch):
    whole = Forward.__call__
    monkeypatch.setattr(Forward, "__call__", lambda self, *args, **kwargs: (whole(self, *args, **kwargs)[0], None))
    check_told(loaded, decoder_of, asking)


@pytest.mark.parametrize("name", ["cache", "past_key_values"])
def test_the_cache_goes_by_the_name_that_the_model_takes(torch, name):
    """transformers 5.24 renamed it and warns about the old name; a warning is an error here, and may be for a user."""

    class Model:
        device = torch.device("cpu")

        def __call__(self, **inputs):
            assert inputs.keys() == {"input_ids", "attention_mask", "use_cache", name}
            kept = [*(inputs[name] or []), inputs["input_ids"].tolist()]
            return SimpleNamespace(logits=torch.zeros(1, inputs["input_ids"].shape[1], 3), **{name: kept})

        forward = {
            "cache": lambda self, input_ids, cache=None: None,
            "past_key_values": lambda self, input_ids, past_key_values=None: None,
        }[name]

    forward = Forward(Model())
    logits, cache = forward([[1, 2]], [[0, 1]], [2], width=2, cache=None)
    assert logits.shape == (1, 1, 3)
    assert forward([[0]], [[2]], [3], width=3, cache=cache)[1] == [[[1, 2]], [[0]]]
