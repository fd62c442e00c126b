"""What a release is held to: its tag and its changelog, and the licences of what it installs."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
import yaml


@pytest.fixture
def load(root):
    """A script of .ci/ as a module."""

    def loaded(name):
        spec = spec_from_file_location(name, root / ".ci" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return loaded


@pytest.fixture
def project(tmp_path):
    """A project that is ready to be released as 0.2.0."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 0.2.0 (2030-01-02)\n\n### Added\n\n- Much.\n\n## 0.1.0 (2029-01-02)\n\n- All.\n", "utf-8"
    )
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d" / "README.md").write_text("# Fragments\n", encoding="utf-8")
    return tmp_path


def test_a_tag_that_is_the_version_may_be_released(load, project):
    assert load("releasable").problems(project, "v0.2.0") == []


@pytest.mark.parametrize("tag", ["v0.2.1", "0.2.0", "v0.2.0rc1"])
def test_a_tag_that_is_not_the_version_may_not(load, project, tag):
    assert load("releasable").problems(project, tag) == [f"tag: {tag}, but pyproject.toml says 0.2.0; accepted: v0.2.0"]


def test_a_version_that_the_changelog_lacks_may_not(load, project):
    (project / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0 (2029-01-02)\n\n- All.\n", encoding="utf-8")
    (project / "changelog.d" / "new.added.md").write_text("Much.\n", encoding="utf-8")
    assert load("releasable").problems(project, "v0.2.0") == [
        "CHANGELOG.md: has no section for 0.2.0; `towncrier build --version 0.2.0` writes it",
        "changelog.d: holds fragments still (new.added.md)",
    ]


def test_the_notes_of_a_release_are_its_section(load, project):
    changelog = (project / "CHANGELOG.md").read_text("utf-8")
    section = load("releasable").section
    assert section(changelog, "0.2.0") == "### Added\n\n- Much."
    assert section(changelog, "0.1.0") == "- All."
    assert section(changelog, "0.2") == ""


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("UNKNOWN", False),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", True),
        ("(MIT AND GPL-3.0-only) OR (LGPL-2.1-only AND MIT)", False),
        ("(MIT) AND (0BSD)", True),
        ("GPL-3.0-only AND MIT OR Apache-2.0", True),
        ("Apache-2.0 WITH LLVM-exception AND BSD-2-Clause", True),
        ("GPL-2.0-only WITH LLVM-exception", False),
    ],
)
def test_which_licences_may_be(load, expression, may):
    licences = load("licences")
    assert licences.allowed(expression, licences.ALLOWED) is may


def row(name, expression="UNKNOWN", classifier="UNKNOWN", metadata="UNKNOWN"):
    licences = {"License-Expression": expression, "License-Classifier": classifier, "License-Metadata": metadata}
    return {"Name": name, "Version": "1", "URL": "https://example.com", **licences}


def test_a_licence_is_read_from_what_says_it_best(load):
    expression = load("licences").expression
    assert expression(row("a", "MIT", "BSD License", "Apache")) == "MIT"
    assert expression(row("a", classifier="Apache Software License; MIT License", metadata="x")) == "Apache-2.0 AND MIT"
    assert expression(row("a", metadata="MPL-2.0 AND MIT")) == "MPL-2.0 AND MIT"
    assert expression(row("a")) == "UNKNOWN"


def test_an_exception_is_one_packages_alone(load):
    licences = load("licences")
    rows = [row("orjson", "MPL-2.0 AND (Apache-2.0 OR MIT)"), row("another", "MPL-2.0"), row("TQDM", "GPL-3.0-only")]
    assert licences.problems(rows) == [
        "another 1: MPL-2.0 is not an allowed licence",
        "TQDM 1: GPL-3.0-only is not an allowed licence",
    ]
    assert "| MPL-2.0 AND (Apache-2.0 OR MIT) | copyleft by file" in licences.table(rows)


def test_what_the_extras_need_is_looked_at_and_what_developers_need_is_not(load):
    wanted = load("licences").requirements()
    assert any(line.startswith("torch") for line in wanted)
    assert any(line.startswith("pytest>") for line in wanted)
    assert not any(line.startswith(("ruff", "mypy", "sphinx", "furo")) for line in wanted)


def test_only_what_was_checked_is_published(root):
    workflow = yaml.safe_load((root / ".github" / "workflows" / "release.yml").read_text("utf-8"))
    jobs = workflow["jobs"]
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML's `on`
    assert set(jobs["publish"]["needs"]) == {"build", "check", "audit"}
    assert jobs["publish"]["environment"] == "pypi"
    trusted = {name for name, job in jobs.items() if "id-token" in job.get("permissions", {})}
    assert trusted == {"publish"}, "no other step may ask for an identity"
    assert "secrets." not in (root / ".github" / "workflows" / "release.yml").read_text("utf-8")
