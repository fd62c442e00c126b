"""EvalScope's constants that its documented scripts name."""

from __future__ import annotations


class EvalType:
    """Kinds of model, for `TaskConfig(eval_type=…)`; some are refused there, with what there is instead."""

    MOCK_LLM = "mock_llm"
    CHECKPOINT = "llm_ckpt"
    SERVICE = "openai_api"
    SERVER = "openai_api"
    OPENAI_API = "openai_api"
    OPENAI_RESPONSES_API = "openai_responses_api"
    ANTHROPIC_API = "anthropic_api"
    LITELLM = "litellm"
    TEXT2IMAGE = "text2image"
    TEXT2SPEECH = "text2speech"
    IMAGE_EDITING = "image_editing"
    CUSTOM = "custom"


class EvalBackend:
    """Backends, for `TaskConfig(eval_backend=…)`; every one but NATIVE is refused there."""

    NATIVE = "Native"
    OPEN_COMPASS = "OpenCompass"
    VLM_EVAL_KIT = "VLMEvalKit"
    RAG_EVAL = "RAGEval"
    THIRD_PARTY = "ThirdParty"


class JudgeStrategy:
    """Scoring of benchmarks that have a rule, for `TaskConfig(judge_strategy=…)`."""

    AUTO = "auto"
    RULE = "rule"
    LLM = "llm"
    LLM_RECALL = "llm_recall"


class JudgeScoreType:
    """Kinds of verdict: a label by a pattern, or a number."""

    PATTERN = "pattern"
    NUMERIC = "numeric"


class HubType:
    """Hubs of data, for `TaskConfig(dataset_hub=…)`."""

    MODELSCOPE = "modelscope"
    HUGGINGFACE = "huggingface"
    LOCAL = "local"


class DataCollection:
    """The name of a mixed set among `TaskConfig(datasets=…)`."""

    NAME = "data_collection"
