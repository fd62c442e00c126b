"""`TaskConfig`: a run as EvalScope writes it down, checked field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import orjson
from pydantic import AfterValidator, Field, SecretStr, TypeAdapter, ValidationError

from pytest_evalscope.compat.judges import judges_of, strategy_of, without_plain_keys
from pytest_evalscope.compat.sandboxes import sandbox_of
from pytest_evalscope.errors import MissingExtra, UnknownName, UsageError
from pytest_evalscope.text.secrets import guarded, without_secrets

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Options = dict[str, Any]
Key = Annotated[str | SecretStr | None, AfterValidator(lambda key: SecretStr(key) if isinstance(key, str) else key)]
_GUARDED = (
    *("api_url", "dataset_args", "generation_config", "judge", "judge_model_args", "model_args", "sandbox"),
    "sandbox_manager_config",
)
"""Fields that may contain a secret beside `api_key`."""
Absent = Annotated[Any, "no counterpart"]
"""A field that means nothing here, nor in EvalScope while it is at its default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskConfig:
    """An evaluation and its options, with EvalScope's names and, where nothing else is said, its defaults.

    A field below `evalscope_version` is not supported: it is accepted at the value that means nothing and
    refused by name at any other, so that no setting is lost in silence.

    Raises UnknownName for an unknown field, UsageError for a value that does not fit.
    """

    model: Any = None
    """`provider/model`; a model's name at `api_url`; the folder of a checkpoint; a model or function of your own."""
    model_id: str | None = None
    """Its name in files and reports; left out: `provider/model`."""
    model_args: Options = field(default_factory=dict)
    """Options of local weights."""
    datasets: list[str] = field(default_factory=list)
    """Benchmarks, or `data_collection` for the mixed set that `dataset_args` names."""
    dataset_args: dict[str, Options] = field(default_factory=dict)
    """Benchmark → its options."""
    dataset_dir: str | Path | None = None
    """A mirror of data; left out: what EVALSCOPE_DATA_DIR names."""
    dataset_hub: Literal["huggingface", "modelscope", "local"] = "huggingface"
    """The hub of data that is not on disk; EvalScope's default is ModelScope."""
    repeats: Count = 1
    generation_config: Options = field(default_factory=dict)
    """Left empty: each benchmark's own, as a rule temperature 0."""
    eval_type: str | None = None
    limit: int | float | None = None
    """Samples per subset: a count, or a share in (0, 1). Of a mixed set: samples in all, a count."""
    eval_batch_size: Count | None = None
    """Requests in flight, at most; left out: 32."""
    use_cache: str | Path | None = None
    """A run folder to continue in. Completions are cached in any case."""
    rerun_review: bool = False
    """Re-score completions from the cache, without calling the model."""
    work_dir: str | Path = "outputs"
    no_timestamp: bool = False
    """True if `work_dir` itself is the run folder, which is then written over."""
    ignore_errors: bool = False
    """True if samples without a score are tolerated; they count 0 in any case."""
    debug: bool = False
    """True if the command line shows where an error comes from."""
    dry_run: bool = False
    """Check everything, print what would be requested, and send nothing."""
    seed: Annotated[int, Field(ge=0)] | None = 42
    api_url: str | None = None
    api_key: Key = None
    """For this run alone; left out or EMPTY: the value of OPENAI_API_KEY. Kept as a SecretStr, written nowhere."""
    timeout: Seconds | None = None
    """Seconds allowed for one request; left out: 600."""
    stream: bool | None = None
    judge: Options | None = field(default=None, repr=False)
    """`{"models": [{"model_id": "openai/NAME"}]}`, each with its own `api_url`, `api_key`, `generation_config`;
    several are a panel."""
    judge_strategy: str | None = "auto"
    """Scoring of benchmarks that have a rule: auto, rule, llm or llm_recall."""
    judge_model_args: Options | None = field(default=None, repr=False)
    """The older form of one judge: `{"model_id": "NAME", "api_url": …}`."""
    judge_worker_num: Count | None = None
    """Requests in flight to each judge, at most; left out: 8."""
    sandbox: Options | None = None
    """`{"enabled": True, "engine": "docker"}`, with `default_config` for the image and `manager_config` for the
    `base_url` of an enclave. Left out or not enabled: the confined `local` one, never none."""
    use_sandbox: bool = False
    """The same as `sandbox`'s `enabled`, for `sandbox_type` and `sandbox_manager_config`."""
    sandbox_type: str | None = "docker"
    sandbox_manager_config: Options | None = None
    evalscope_version: str | None = None
    """The version of EvalScope that wrote the file; without effect."""

    agent_config: Absent = None
    analysis_report: Absent = False
    chat_template: Absent = None
    collect_perf: Absent = True
    enable_progress_tracker: Absent = False
    eval_backend: Absent = "Native"
    eval_config: Absent = None
    model_task: Absent = "text_generation"

    def __new__(cls, **given: Any) -> TaskConfig:
        """Reject unknown fields with a better message than `__init__`'s."""
        refuse_unknown(given)
        return object.__new__(cls)

    def __post_init__(self) -> None:
        for name, adapter in _adapters().items():
            value = getattr(self, name)
            try:
                checked = adapter.validate_python(value)
            except ValidationError as error:
                raise _misfit(name, value, error) from None
            object.__setattr__(self, name, checked)
        object.__setattr__(self, "limit", _count_or_share(self.limit))
        for name in _GUARDED:
            object.__setattr__(self, name, guarded(getattr(self, name)))
        for name in ("judge", "judge_model_args"):
            object.__setattr__(self, name, without_plain_keys(getattr(self, name)))
        judges_of(self.judge, self.judge_model_args)
        strategy_of(self.judge, self.judge_strategy)
        _ = self.place_of_code  # a mistake in it is reported here
        _refuse_absent(self)

    @property
    def place_of_code(self) -> str:
        """The sandbox for code of the model, in the form of `--eval-sandbox`."""
        return sandbox_of(
            self.sandbox,
            use=self.use_sandbox,
            engine=self.sandbox_type,
            manager_config=self.sandbox_manager_config,
        )

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> TaskConfig:
        """Return the task that a mapping spells. Raises as the constructor does."""
        return cls(**{str(name): value for name, value in given.items()})

    @classmethod
    def from_yaml(cls, path: str | Path) -> TaskConfig:
        """Read a task from a YAML file. Raises UsageError; MissingExtra without the package that reads YAML."""
        return cls.from_dict(read_config(path))

    @classmethod
    def from_json(cls, path: str | Path) -> TaskConfig:
        """Read a task from a JSON file. Raises UsageError."""
        return cls.from_dict(read_config(path))


def read_config(path: str | Path) -> dict[str, Any]:
    """Return the fields that a file spells: YAML if its suffix is .yaml or .yml, else JSON. Raises UsageError."""
    file = Path(path).expanduser()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"config {path}: cannot be read ({error.strerror or error})") from None
    made = _yaml(content, file) if file.suffix in (".yaml", ".yml") else _json(content, file)
    if not isinstance(made, dict):
        raise UsageError(
            f"config {path}: not an object of fields ({type(made).__name__}); accepted: fields such as model: …"
        )
    return {str(name): value for name, value in made.items()}


def _json(content: bytes, file: Path) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"config {file}: not JSON ({error}); accepted: .yaml, .yml and .json files") from None


def _yaml(content: bytes, file: Path) -> Any:
    try:
        import yaml
    except ImportError:
        raise MissingExtra(f"config {file}", "yaml", "pip install 'pytest-evalscope[yaml]'") from None
    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"config {file}: not YAML ({' '.join(str(error).split())[:200]})") from None


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise UnknownName, with the nearest, for a name that is no field of TaskConfig."""
    known = [item.name for item in fields(TaskConfig)]
    for name in names:
        if name not in known:
            raise UnknownName("TaskConfig", str(name), known)


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(TaskConfig, include_extras=True)


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(hint) for name, hint in _hints().items() if hint not in (Any, Absent)}


def _misfit(name: str, value: object, error: ValidationError) -> UsageError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    key = next(iter(first["loc"]), None)
    if isinstance(value, Mapping) and key in value:
        name, value = f"{name}.{key}", value[key]
    said = first["msg"]
    return UsageError(f"TaskConfig {name}: does not fit ({_shown(name, value)}); {said[:1].lower()}{said[1:]}")


def _shown(name: str, value: object) -> str:
    """Return a value for a message; what may hold a key is only named by its type."""
    told = str if name not in ("api_key", *_GUARDED) else int  # a text in such a field may be the secret itself
    plain = value is None or isinstance(value, (int, float, told))
    shown = without_secrets(repr(value)) if plain else type(value).__name__
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _count_or_share(limit: int | float | None) -> int | float | None:
    whole = isinstance(limit, float) and limit.is_integer()
    made = int(limit) if whole and limit is not None else limit
    if made is None or (isinstance(made, int) and made >= 1) or (isinstance(made, float) and 0 < made < 1):
        return made
    raise UsageError(
        f"TaskConfig limit: neither a count nor a share ({limit!r}); "
        "accepted: a whole number from 1, or a share such as 0.1"
    )


def _refuse_absent(task: TaskConfig) -> None:
    for item in fields(TaskConfig):
        value = getattr(task, item.name)
        if _hints()[item.name] == Absent and value != item.default and not _means_nothing(item.name, value):
            raise UsageError(
                f"TaskConfig {item.name}: not supported ({_shown(item.name, value)}); "
                f"accepted: {item.default!r}, or left out",
                hint=_instead(item.name, value),
            )


def _instead(name: str, value: object) -> str:
    """Return what there is in the place of a field that is not supported; "" for nothing."""
    from pytest_evalscope.compat.replaced import BACKENDS, FIELDS

    return BACKENDS.get(str(value), "") if name == "eval_backend" else FIELDS.get(name, "")


def _means_nothing(name: str, value: object) -> bool:
    """Return whether the value means nothing to EvalScope itself, though it is written out."""
    return value is None or value == {}
