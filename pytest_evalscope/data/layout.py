"""Data files of a split, chosen among the files of a repository as the package `datasets` chooses them.

Source: `datasets.data_files` and `datasets.load` of datasets 5.2 (the order of the patterns, the names of the splits,
the format that wins where several are side by side).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_evalscope.data.files import SUFFIXES
from pytest_evalscope.errors import DataNotFound

_SHARDED = re.compile(r"data/([^/]+)-\d{5}-of-\d{5}[^/]*\.[^/]*")
_KEYWORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "dev", "val"),
    "test": ("test", "testing", "eval", "evaluation"),
}
_IN_FOLDERS = ("**/{0}/**", "**/{0}[-._ 0-9]*/**", "**/*[-._ 0-9]{0}/**", "**/*[-._ 0-9]{0}[-._ 0-9]*/**")
_IN_NAMES = ("**/{0}[-._ 0-9]*", "**/*[-._ 0-9]{0}[-._ 0-9]*")
_IGNORED = ("README.md", "config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json")
_PREFERRED = (".parquet", ".jsonl", ".json", ".csv", ".tsv")
"""Formats, of which the first wins where there are as many files of each."""
_SHARD = re.compile(r"-\d{5}-of-(\d{5})\.")


def data_files(names: Iterable[str], card: Any, config: str, split: str) -> list[str]:
    """Return the files of a split, in the order in which they are read; none where nothing matches.

    Args:
        names: The files of the repository, relative to its root, with `/`.
        card: The front matter of its card, whatever form it has; None for none.
        config: The hub's name of the part; `default`: the one that a data set without parts has.
        split: The split.

    Raises:
        DataNotFound: Some of the files of a split in several files are missing.
    """
    known = sorted(name for name in names if name.endswith((*SUFFIXES, ".json")) and Path(name).name not in _IGNORED)
    patterns = _of_card(card, config, split, known)
    if patterns is None and config == "default":
        patterns = _of_names(known, "").get(split)
    found = _of_one_format(_matching(known, patterns or ())) or _of_convention(known, config, split)
    shards = {(name[: shard.start()], int(shard[1])) for name in found if (shard := _SHARD.search(name))}
    total = sum(count for _, count in shards)
    if total > len(found):
        raise DataNotFound(f"only {len(found)} of {total} files are there")
    return found


def front_matter(readme: Path) -> Any:
    """Return the front matter of a data set's card, whatever form it has; None without one."""
    try:
        import yaml
    except ImportError:  # it comes with the hubs' clients and with the extra `yaml`; a card is not needed
        return None
    if not readme.is_file():
        return None
    _, _, rest = readme.read_text(encoding="utf-8", errors="replace").partition("---\n")
    try:
        return yaml.safe_load(rest.partition("\n---")[0])
    except yaml.YAMLError:
        return None


def _of_card(card: Any, config: str, split: str, known: Sequence[str]) -> list[str] | None:
    """Return the patterns that a card (`configs:`) gives for a split; None where it names no configs at all."""
    try:
        entries = _entries(card)
        entry = entries.get(config if config != "default" else default_config(card))
        if entry is None:
            return [] if entries else None
        folder = f"{str(entry['data_dir']).removeprefix('./').strip('/')}/" if entry.get("data_dir") else ""
        files = entry.get("data_files")
        if files is None:
            return _of_names(known, folder).get(split, [])
        return [folder + path.removeprefix("./") for path in _of_entry(files, split)]
    except (AttributeError, TypeError):  # a card in another form than the hub's counts as none
        return None


def default_config(card: Any) -> str:
    """Return the config that is read where none is named: `default`, the only one, or the card's; "" for none."""
    try:
        entries = _entries(card)
        marked = [name for name, entry in entries.items() if len(entries) == 1 or entry.get("default")]
    except (AttributeError, TypeError):  # as above
        return ""
    return "default" if "default" in entries else str(marked[0]) if marked else ""


def _entries(card: Any) -> dict[Any, Any]:
    """Return config → its entry in a card. Raises AttributeError, TypeError for a card in another form."""
    return {entry.get("config_name", "default"): entry for entry in card.get("configs") or ()}


def _of_entry(files: Any, split: str) -> list[str]:
    """Return the patterns of a split in `data_files:` (a pattern, a list of them, or of splits with patterns)."""
    if isinstance(files, Mapping) and "path" not in files:  # split → patterns
        files = [{"split": name, "path": path} for name, path in files.items()]
    made: list[str] = []
    for item in [files] if isinstance(files, (str, Mapping)) else files:
        # A file that no split is named for is the training split: the hub's own rule.
        named, paths = ("train", item) if isinstance(item, str) else (item.get("split", "train"), item.get("path", ()))
        if named == split:
            made += [paths] if isinstance(paths, str) else list(paths)
    return made


def _of_names(known: Sequence[str], folder: str) -> dict[str, list[str]]:
    """Return split → patterns, for files in `folder` that no card assigns to a split; by the first rule that fits."""
    inside = [name.removeprefix(folder) for name in known if name.startswith(folder)]
    sharded = {found[1] for name in inside if (found := _SHARDED.fullmatch(name))}
    if sharded:
        digits = "[0-9]" * 5
        return {split: [f"{folder}data/{split}-{digits}-of-{digits}*.*"] for split in sharded}
    for places in (_IN_FOLDERS, _IN_NAMES):
        made = {split: [place.format(word) for word in words for place in places] for split, words in _KEYWORDS.items()}
        present = {split: patterns for split, patterns in made.items() if _matching(inside, patterns)}
        if present:
            return {split: [folder + pattern for pattern in patterns] for split, patterns in present.items()}
    return {"train": [f"{folder}**"]} if inside else {}


def _of_convention(known: Sequence[str], config: str, split: str) -> list[str]:
    """Return the files of the first place that has any, of those where data sets keep a split without saying so."""
    places = [f"{config}/{split}", f"{config}/{split}-*", f"{config}/{split}/*"]
    if config == "default":
        places += [split, f"{split}-*", f"data/{split}", f"data/{split}-*"]
    for place in places:
        endings = (*SUFFIXES, ".json") if not place.endswith("*") else ("",)
        found = _of_one_format(_matching(known, [place + ending for ending in endings]))
        if found:
            return found
    return []


def _of_one_format(found: Sequence[str]) -> list[str]:
    """Return the files of the format that most have: a folder with the same rows as CSV and as JSON holds them once."""
    counts = Counter(_format(name) for name in found)
    if not counts:
        return []
    chosen = max(counts, key=lambda kind: (counts[kind], -_PREFERRED.index(kind)))
    # JSON and JSON lines are one format, as are tables with commas and with tabs.
    kinds = next(kinds for kinds in ((".jsonl", ".json"), (".csv", ".tsv"), (".parquet",)) if chosen in kinds)
    return [name for name in found if _format(name) in kinds]


def _format(name: str) -> str:
    return next(kind for kind in _PREFERRED if name.removesuffix(".gz").endswith(kind))


def _matching(known: Sequence[str], patterns: Iterable[str]) -> list[str]:
    """Return the files that match, each once, in the order of the patterns and then of their names."""
    return list(dict.fromkeys(name for pattern in patterns for name in _glob(known, pattern)))


def _glob(known: Sequence[str], pattern: str) -> Iterator[str]:
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    form = "".join(_part(part, last=number == len(parts) - 1) for number, part in enumerate(parts))
    expression = re.compile(form)
    hidden = _hidden(pattern)
    # What is hidden, or in a folder such as __pycache__, is read only where the pattern says so.
    return (name for name in known if expression.fullmatch(name) and _hidden(name) == hidden)


def _part(part: str, *, last: bool) -> str:
    if part == "**":
        return ".+" if last else "(?:.+/)?"
    translated = re.sub(r"\\\*(?:\\\*)*", "[^/]*", re.escape(part)).replace(r"\?", "[^/]")
    translated = re.sub(r"\\\[(.+?)\\\]", _class, translated)
    return translated + ("" if last else "/")


def _class(found: re.Match[str]) -> str:
    """Return a set of characters as an expression has it: `[!a-c]` is `[^a-c]`."""
    inside = re.sub(r"\\(.)", r"\1", found[1])
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"


def _hidden(path: str) -> int:
    return sum(part.startswith((".", "__")) and part.strip(".") != "" for part in path.split("/"))
