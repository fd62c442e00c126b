"""Models of pictures and text, given text alone."""

import pytest

from pytest_evalscope.types import Likelihood, raw

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

TEXT = {
    "vocab_size": 258, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 512, "initializer_range": 0.4, "bos_token_id": 0,
    "eos_token_id": 1, "pad_token_id": None,
}  # fmt: skip
IDS = {"image_token_id": 255, "video_token_id": 254, "vision_start_token_id": 253, "vision_end_token_id": 252}
SEES = {"depth": 1, "hidden_size": 32, "intermediate_size": 32, "num_heads": 2, "out_hidden_size": 32}
KINDS = {
    "Mistral3": {
        "text_config": {"model_type": "mistral", "head_dim": 8, **TEXT},
        "vision_config": {
            "model_type": "pixtral", "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "image_size": 28, "patch_size": 14, "head_dim": 16,
        },
        "image_token_index": 255,
    },
    "Qwen2_5_VL": {
        "text_config": {
            "model_type": "qwen2_5_vl_text",
            "rope_scaling": {"type": "mrope", "rope_type": "default", "mrope_section": [1, 1, 2]},
            "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0},
            **TEXT,
        },
        "vision_config": {**SEES, "fullatt_block_indexes": [0]},
        **IDS,
    },
    "Qwen2VL": {
        "text_config": {
            "model_type": "qwen2_vl_text",
            "rope_scaling": {"type": "mrope", "rope_type": "default", "mrope_section": [1, 1, 2]},
            "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0},
            **TEXT,
        },
        "vision_config": {"depth": 1, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2},
        **IDS,
    },
}  # fmt: skip


@pytest.fixture
def save_seeing(torch, tokenizer_of):
    def save(folder, kind):
        import transformers

        config = getattr(transformers, f"{kind}Config")(**KINDS[kind])
        with torch.random.fork_rng():
            torch.manual_seed(0)
            getattr(transformers, f"{kind}ForConditionalGeneration")(config).save_pretrained(folder)
        tokenizer_of().save_pretrained(folder)
        return folder

    return save


def test_options_are_scored_and_what_ends_a_text_ends_a_completion(torch, tmp_path, save_seeing, load_from, generate):
    folder = save_seeing(tmp_path, "Qwen2_5_VL")
    loaded = load_from(folder)
    assert loaded.ends == {1}
    [completion] = generate(f"hf/{folder}", Likelihood(messages=raw("Ice is"), continuations=(" cold", " hot")))
    tokens = loaded.tokenizer("Ice is cold")["input_ids"]
    with torch.inference_mode():
        logprobs = loaded.model(input_ids=torch.tensor([tokens])).logits[0].log_softmax(-1)
    own = sum(logprobs[place - 1, tokens[place]].item() for place in range(6, 11))
    assert completion.likelihoods[0].logprob == pytest.approx(own, abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_text_alone(torch, kind, tmp_path, save_seeing, load_from, decoder_of, asking):
    loaded = load_from(save_seeing(tmp_path, kind))
    texts = ["a", "some words, " * 8, "and a third one of middling length"]
    rows = decoder_of(loaded, 4).decode(*(asking(text, max_tokens=16) for text in texts))
    assert len({tuple(choice.token for choice in row.choices) for row in rows}) > 1
    for row in rows:
        assert not row.error
        ids = torch.tensor([row.prompt])
        with torch.inference_mode():
            output = loaded.model.generate(
                input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=16, do_sample=False, pad_token_id=1
            )
        assert output[0, ids.shape[1] :].tolist() == [choice.token for choice in row.choices]
