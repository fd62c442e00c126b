"""One command makes a section of the changelog of the fragments."""

import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def towncrier(root, tmp_path):
    """Runs the command of RELEASING.md in a copy of what it reads and writes."""
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(root / name, tmp_path)
    shutil.copytree(root / "changelog.d", tmp_path / "changelog.d")
    (tmp_path / ".ci").mkdir()
    shutil.copy(root / ".ci" / "changelog.md.jinja", tmp_path / ".ci")

    def run(*options):
        command = [sys.executable, "-m", "towncrier", "build", "--version", "0.2.0", "--date", "2030-01-02", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def plain(text):
    return " ".join(text.split())


def fragments(folder):
    return [path for path in folder.iterdir() if path.name != "README.md"]


def test_every_fragment_is_a_bullet_of_the_draft(towncrier, root):
    draft = towncrier("--draft")
    assert draft.startswith("## 0.2.0 (2030-01-02)\n\n### ")
    bullets = plain(draft)
    texts = [plain(path.read_text("utf-8")) for path in fragments(root / "changelog.d")]
    assert [text for text in texts if f"- {text}" not in bullets] == []
    assert draft.count("\n- ") == len(texts)
    assert "# Changelog fragments" not in draft, "the folder's README is none"


def test_a_release_puts_the_newest_version_on_top_and_takes_the_fragments_away(towncrier, root, tmp_path):
    for path in fragments(tmp_path / "changelog.d"):
        path.unlink()
    for name, text in (("12.added", "First\nthing."), ("few-words.added", "Second thing."), ("old.deprecated", "Old.")):
        (tmp_path / "changelog.d" / f"{name}.md").write_text(f"{text}\n", encoding="utf-8")
    towncrier("--yes")
    above, marker, below = (tmp_path / "CHANGELOG.md").read_text("utf-8").partition("release notes start -->\n")
    assert (root / "CHANGELOG.md").read_text("utf-8").startswith(above + marker)
    assert below.startswith(
        "\n## 0.2.0 (2030-01-02)\n\n### Added\n\n- Second thing.\n- First\n  thing. (#12)\n\n### Deprecated\n\n- Old.\n"
    )
    assert [path.name for path in (tmp_path / "changelog.d").iterdir()] == ["README.md"]
