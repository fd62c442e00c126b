"""Repositories of data sets on a hub: upload of a few files, download of one.

Tokens are read from the environment alone (`HF_TOKEN`, `MODELSCOPE_API_TOKEN`), and no message shows one. Other
endpoints than the hubs' own are named by `HF_ENDPOINT` and `MODELSCOPE_ENDPOINT`, as in their clients.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from logging import WARNING, getLogger
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol

from pytest_evalscope.errors import DataError, DataNotFound, EvalscopeError, MissingExtra, UsageError
from pytest_evalscope.text import strip_control

HubName = Literal["huggingface", "modelscope"]

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)

Choose = Callable[[Sequence[str]], str]
"""The names of a repository's files → the one to download."""


def upload(
    repository: str,
    files: Mapping[str, Path],
    *,
    hub: HubName = "huggingface",
    private: bool = False,
    licence: str = "other",
    message: str,
) -> str:
    """Upload files to a repository of data, which is created if it does not exist, and return its address.

    Args:
        repository: `owner/name`.
        files: Name in the repository → the file; a file of that name there is replaced.
        hub: Which hub.
        private: Make it visible to its owner only. A repository that is public already is refused.
        licence: The hub's identifier of the licence, for a repository that is created.
        message: The commit's message.

    Raises:
        UsageError: No token, or one that may not write; an invalid name; a public repository for private files.
        DataError: The hub cannot be reached, or refuses.
        MissingExtra: The hub's client is not installed.
    """
    client = _client(repository, hub)
    if not client.token:
        raise UsageError(
            f"{client.title}: an upload needs a token; one with write access is taken from the environment",
            hint=f"set {client.variable}",
        )
    with _explained(client, f"{repository} could not be written"):
        return client.put(repository, files, private=private, licence=licence, message=message)


def download(
    repository: str, choose: Choose, folder: Path, *, hub: HubName = "huggingface", revision: str = ""
) -> Path:
    """Download one file of a repository into `folder` and return its path.

    Args:
        repository: `owner/name`.
        choose: Selects the file; its errors are passed on.
        folder: The folder to write to.
        hub: Which hub.
        revision: A branch, tag or commit; empty: the newest.

    Raises:
        UsageError: A token that is not accepted, or an invalid name.
        DataNotFound: The repository or revision does not exist, or the token may not read it.
        DataError: The hub cannot be reached, or refuses.
        MissingExtra: The hub's client is not installed.
    """
    client = _client(repository, hub)
    with _explained(client, f"{repository}{revision and '@'}{revision} could not be read"):
        return client.take(repository, choose, folder, revision=revision)


class _Client(Protocol):
    """A hub's client."""

    @property
    def title(self) -> str: ...

    @property
    def variable(self) -> str:
        """The environment variable with the token."""

    @property
    def token(self) -> str: ...

    def put(self, repository: str, files: Mapping[str, Path], *, private: bool, licence: str, message: str) -> str: ...

    def take(self, repository: str, choose: Choose, folder: Path, *, revision: str) -> Path: ...


@dataclass(frozen=True, slots=True)
class _HuggingFace:
    title: str = "Hugging Face"
    variable: str = "HF_TOKEN"

    @property
    def token(self) -> str:
        return os.environ.get(self.variable, "").strip()

    def put(self, repository: str, files: Mapping[str, Path], *, private: bool, licence: str, message: str) -> str:
        api = self._api()
        from huggingface_hub import CommitOperationAdd

        api.create_repo(repository, repo_type="dataset", private=private or None, exist_ok=True)
        if private and not api.dataset_info(repository).private:
            raise _public(repository)
        added = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=path) for name, path in files.items()]
        api.create_commit(repository, added, commit_message=message, repo_type="dataset")
        return f"{api.endpoint}/datasets/{repository}"

    def take(self, repository: str, choose: Choose, folder: Path, *, revision: str) -> Path:
        api = self._api()
        info = api.dataset_info(repository, revision=revision or None)
        name = choose([file.rfilename for file in info.siblings or ()])
        return Path(
            api.hf_hub_download(repository, name, repo_type="dataset", revision=info.sha, local_dir=str(folder))
        )

    def _api(self) -> Any:
        try:
            from huggingface_hub import HfApi
        except ImportError:
            raise MissingExtra(self.title, "huggingface_hub", "pip install 'pytest-evalscope[hub]'") from None
        return HfApi(token=self.token or False)  # False: not even one that was saved by a login


@dataclass(frozen=True, slots=True)
class _ModelScope:
    title: str = "ModelScope"
    variable: str = "MODELSCOPE_API_TOKEN"

    @property
    def token(self) -> str:
        return os.environ.get(self.variable, "").strip()

    def put(self, repository: str, files: Mapping[str, Path], *, private: bool, licence: str, message: str) -> str:
        api = self._api()
        if not api.repo_exists(repository, "dataset"):
            visibility = "private" if private else "public"
            api.create_repo(repository, "dataset", visibility=visibility, license=licence)
        elif private and api.get_repo(repository, "dataset").visibility not in (1, "private"):
            raise _public(repository)
        with TemporaryDirectory() as folder, redirect_stdout(StringIO()):  # it prints a report of its own
            for name, path in files.items():
                copyfile(path, Path(folder) / name)
            api.upload_folder(repository, "dataset", folder, commit_message=message, use_cache=False, disable_tqdm=True)
        return f"{api.legacy.endpoint}/datasets/{repository}"

    def take(self, repository: str, choose: Choose, folder: Path, *, revision: str) -> Path:
        api = self._api()
        name = choose([file.path for file in api.list_repo_files(repository, "dataset", revision=revision or None)])
        return Path(api.download_file(repository, "dataset", name, revision=revision or None, local_dir=folder))

    def _api(self) -> Any:
        try:
            from modelscope_hub import HubApi
        except ImportError:
            raise MissingExtra(self.title, "modelscope", "pip install 'pytest-evalscope[modelscope]'") from None
        getLogger("modelscope_hub").setLevel(WARNING)  # its default is to log every step
        return HubApi(token=self.token)  # given, even empty: one that was saved by a login is not looked for


_CLIENTS: dict[HubName, _Client] = {"huggingface": _HuggingFace(), "modelscope": _ModelScope()}


def _client(repository: str, hub: HubName) -> _Client:
    if not _NAME.fullmatch(repository) or ".." in repository:
        raise UsageError(f"repository: not a name on a hub ({repository!r}); accepted: owner/name")
    return _CLIENTS[hub]


def _public(repository: str) -> UsageError:
    return UsageError(f"{repository}: this repository is public already; --private accepts a private or a new one")


@contextmanager
def _explained(client: _Client, failure: str) -> Iterator[None]:
    """Turn what a hub's client raises into an error of one sentence, without the token."""
    try:
        yield
    except EvalscopeError:
        raise
    except Exception as error:  # noqa: BLE001 - the clients raise many kinds, those of their HTTP library among them
        raise _explanation(client, failure, error) from None


def _explanation(client: _Client, failure: str, error: Exception) -> EvalscopeError:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    start = f"{client.title}: {failure}"
    token = f"the token in {client.variable}"
    unseen = status == 404 or (status in (401, 403) and not client.token)
    if unseen:
        return DataNotFound(
            f"{start}; not found, or not visible to {token if client.token else 'the public'}",
            hint=f"is the name right? {'' if client.token else f'For a private one set {client.variable}'}".strip(),
        )
    if status == 401:
        return UsageError(f"{start}; {token} is not accepted (401)", hint=f"set {client.variable} to a valid one")
    if status == 403:
        return UsageError(f"{start}; {token} has no permission (403)")
    reason = strip_control(str(error)).strip().partition("\n")[0][:200]
    if len(client.token) > 7:
        reason = reason.replace(client.token, "***")
    hint = "" if status else "can the hub be reached from here?"
    return DataError(f"{start}; {type(error).__name__} ({reason or 'no message'})", hint=hint)
