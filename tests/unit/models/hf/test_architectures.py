"""Models of other kinds: windows, absolute positions, recurrent states."""

import pytest

from pytest_evalscope.models.hf.cache import separable

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


def test_a_recurrent_state_is_decoded_alone(torch, tmp_path, save, load_from, decoder_of, asking):
    sizes = {
        "linear_num_value_heads": 2,
        "linear_num_key_heads": 2,
        "linear_key_head_dim": 8,
        "linear_value_head_dim": 8,
    }
    pytest.importorskip("transformers.models.qwen3_next", reason="this transformers knows no Qwen3-Next")
    folder = save(
        tmp_path, kind="Qwen3Next", layer_types=["linear_attention", "full_attention"], head_dim=8, num_experts=2,
        num_experts_per_tok=1, moe_intermediate_size=16, shared_expert_intermediate_size=16, **sizes,
    )  # fmt: skip
    loaded = load_from(folder)
    assert not separable(loaded.model)
    assert loaded.rows == 1
    for row in decoder_of(loaded, loaded.rows).decode(*(asking(text, max_tokens=20) for text in TEXTS)):
        ids = torch.tensor([row.prompt])
        with torch.inference_mode():
            output = loaded.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=20, do_sample=False, pad_token_id=1
            )
        assert output[0, ids.shape[1] :].tolist() == [choice.token for choice in row.choices]


def test_a_state_that_cannot_be_kept_is_told(tmp_path, save, load_from, decoder_of, asking):
    """A model that takes its state under another name would forget the prompt after every token."""
    loaded = load_from(save(tmp_path, kind="Mamba", num_hidden_layers=1, state_size=4))
    assert loaded.rows == 1
    [row] = decoder_of(loaded, 1).decode(asking("a", max_tokens=3))
    assert row.error.startswith("generation failed (")
    assert row.choices == []
