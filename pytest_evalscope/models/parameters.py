"""Generation parameters that a person typed: which names there are, and which values fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf, isfinite
from typing import Any

from pytest_evalscope.errors import RequestRefused, UnknownName, UsageError
from pytest_evalscope.models.resolve import PROVIDERS

_OURS = "extra_body extra_headers extra_query reasoning_tags chat_template_kwargs"
_OPENAI = """
    audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata
    modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_retention
    prompt_cache_options reasoning_effort response_format safety_identifier seed service_tier stop store stream
    stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options
    dimensions encoding_format include instructions max_output_tokens max_tool_calls conversation previous_response_id
    prompt reasoning text truncation context_management
"""
_ANTHROPIC = """
    thinking top_k stop_sequences container mcp_servers cache_control output_config inference_geo system betas speed
    diagnostics
"""
_SERVED = """
    top_k min_p typical_p repetition_penalty length_penalty stop_token_ids include_stop_str_in_output ignore_eos
    min_tokens skip_special_tokens spaces_between_special_tokens truncate_prompt_tokens prompt_logprobs
    allowed_token_ids bad_words echo add_generation_prompt continue_final_message add_special_tokens documents
    chat_template mm_processor_kwargs guided_json guided_regex guided_choice guided_grammar guided_decoding_backend
    structured_outputs structural_tag priority request_id return_tokens_as_token_ids return_token_ids cache_salt
    use_beam_search best_of include_reasoning thinking_token_budget vllm_xargs kv_transfer_params
    regex ebnf json_schema no_stop_trim separate_reasoning stream_reasoning lora_path session_params
    custom_logit_processor custom_params rid return_hidden_states stop_regex sampling_seed
    think options keep_alive format do_sample
"""
_GATEWAYS = """
    enable_thinking thinking_budget enable_search search_options incremental_output result_format repetition_context
    provider models route transforms plugins usage preset top_a min_p fallbacks num_retries drop_params guardrails
    caching tags random_seed safe_prompt prompt_mode search_parameters search_mode search_domain_filter
    search_recency_filter return_images return_related_questions deferred reasoning_format reasoning_split
    data_sources safety_settings thinking_config cached_content google documents citation_options citation_mode
    watermark tool_stream mask_sensitive_info
"""
_LLAMA_CPP = """
    n_predict typ_p mirostat mirostat_tau mirostat_eta dry_multiplier dry_base dry_allowed_length dry_penalty_last_n
    dry_sequence_breakers xtc_probability xtc_threshold dynatemp_range dynatemp_exponent repeat_penalty repeat_last_n
    grammar grammar_lazy n_probs min_keep samplers cache_prompt id_slot t_max_predict_ms n_keep n_discard n_indent
    post_sampling_probs return_tokens timings_per_token lora reasoning_format reasoning_budget thinking_forced_open
    parse_tool_calls top_n_sigma return_progress response_fields adaptive_target adaptive_decay
"""
_WIRE = frozenset(f"{_OURS} {_OPENAI} {_ANTHROPIC} {_SERVED} {_GATEWAYS} {_LLAMA_CPP}".split())
_IN_PROCESS = frozenset(f"{_OURS} {_OPENAI} {_LLAMA_CPP}".split()) - {"extra_headers", "extra_query"}
"""Names of llama.cpp's own server."""

Fits = Callable[[Any], bool]


def _number(low: float, high: float = inf) -> Fits:
    return lambda value: type(value) in (int, float) and isfinite(value) and low <= value <= high


def _count(low: int) -> Fits:
    return lambda value: (type(value) is int or (type(value) is float and value.is_integer())) and value >= low


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    listed = (value,) if isinstance(value, str) else value
    return isinstance(listed, (list, tuple)) and all(isinstance(text, str) and text for text in listed)


def _tags(value: Any) -> bool:
    from pytest_evalscope.models.own_tags import pairs_of

    try:
        return bool(pairs_of(value))
    except RequestRefused:
        return False


_KINDS: tuple[tuple[str, Fits, str], ...] = (
    ("temperature repetition_penalty repeat_penalty", _number(0), "a number of at least 0"),
    ("frequency_penalty presence_penalty length_penalty", _number(-inf), "a number"),
    ("top_p min_p typical_p", _number(0, 1), "a number from 0 to 1"),
    ("top_k n_predict", _count(-1), "an integer of at least -1"),
    ("seed", _count(-(2**63)), "an integer"),
    ("max_tokens max_completion_tokens max_output_tokens n", _count(1), "an integer of at least 1"),
    ("min_tokens top_logprobs", _count(0), "an integer of at least 0"),
    (
        "logprobs stream parallel_tool_calls store ignore_eos skip_special_tokens enable_thinking do_sample",
        _flag,
        "true or false",
    ),
    ("stop stop_sequences", _texts, "a text, or a list of texts, none empty"),
    ("reasoning_effort service_tier verbosity user", _text, "a text"),
    (
        "response_format extra_body extra_headers extra_query chat_template_kwargs thinking logit_bias output_config",
        _object,
        "an object",
    ),
    ("reasoning_tags", _tags, 'an opening and a closing tag, such as ["<plan>", "</plan>"], or a list of such pairs'),
)
_FITS = {name: (fits, accepted) for names, fits, accepted in _KINDS for name in names.split()}


def check_params(model: str, params: Mapping[str, Any], *, where: str = "generation parameter") -> None:
    """Look at the parameters that somebody typed for the model of this name; null, which leaves one out, always fits.

    Any name is fine for a function of the user's own, and for a provider that another distribution brings.

    Raises:
        UnknownName: a name that nothing behind this provider takes.
        UsageError: a value that does not fit; those of `extra_headers` and `extra_query` are not shown.
    """
    known = known_params(model.partition("/")[0])
    for name, value in params.items():
        if known is not None and name not in known:
            hint = f'what only your endpoint knows is sent under extra_body: {{"extra_body": {{"{name}": …}}}}'
            raise UnknownName(where, name, known, hint=hint if "extra_body" in known else "")
        fits, accepted = _FITS.get(name, (None, ""))
        if fits is not None and value is not None and not fits(value):
            shown = "" if name in ("extra_headers", "extra_query") else f" ({value!r})"
            raise UsageError(f"{where} {name}: does not fit{shown}; accepted: {accepted}, or null to leave it out")


def known_params(provider: str) -> Iterable[str] | None:
    """Return the names that a provider's models take; None where any may be."""
    if provider == "hf":
        from pytest_evalscope.models.local.sampling import KNOWN

        return (*KNOWN, "reasoning_tags")
    if provider in ("gguf", "smollm2"):
        return _IN_PROCESS
    return _WIRE if provider in PROVIDERS and provider != "python" else None
