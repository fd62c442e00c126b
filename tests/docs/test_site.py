"""What the documentation site consists of. That it builds without a warning is a stage of .ci/run."""

import inspect
import re
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml

import pytest_evalscope
from pytest_evalscope import errors, plugin

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
    *(path.name for path in ROOT.glob("*.md")),
}


@pytest.fixture
def load(monkeypatch):
    """A module of docs/site."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "site"))
    yield import_module
    for name in ("contents", "staging", "api_pages", "docstring_text"):
        sys.modules.pop(name, None)


@pytest.fixture
def contents(load):
    return load("contents")


def test_every_public_name_is_described_in_one_place(contents):
    named = sorted(name for group in contents.REFERENCE.values() for name in group.names)
    assert named == sorted(pytest_evalscope.__all__), "docs/site/contents.py: REFERENCE differs"


def test_every_page_is_in_the_navigation_once(contents):
    listed = [page for group in contents.NAVIGATION.values() for page in group]
    assert sorted(listed) == sorted(PAGES), "docs/site/contents.py: NAVIGATION differs"


def test_no_two_pages_have_one_address(contents):
    places = [contents.site_path(page).lower() for page in PAGES]
    places += [f"reference/{name}.md" for name in contents.REFERENCE]
    assert len(set(places)) == len(places)
    assert "index.md" in places


def test_every_fixture_is_described(load):
    assert sorted(node.name for node in load("api_pages").fixtures()) == sorted(plugin.__all__)


def test_every_error_is_described_after_its_parent(load):
    described = [errors.EvalscopeError]
    for module, name in load("api_pages").errors():
        error = getattr(import_module(module), name)
        assert error.__base__ in described
        described.append(error)
    assert {error.__name__ for error in described} == {
        name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)
    }


def test_names_from_other_modules_are_there(contents):
    located = [contents.located(entry) for group in contents.REFERENCE.values() for entry in group.extra]
    assert [f"{module}.{name}" for module, name in located if not hasattr(import_module(module), name)] == []


@pytest.fixture
def relinked(load, tmp_path):
    """The text of a page of a small repository as it is on the site, and the files that are copied for it."""
    for name in ("README.md", "docs/index.md", "docs/models.md", "docs/images/way.svg", ".github/workflows/ci.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n", encoding="utf-8")
    pages = {"README.md", "docs/index.md", "docs/models.md"}

    def call(text, page="docs/models.md", place="models.md"):
        copies: dict[str, Path] = {}
        return load("staging").relinked(text, page, place, tmp_path, pages, copies), sorted(copies)

    return call


@pytest.mark.parametrize(
    ("text", "page", "place", "expected"),
    [
        ("[a](docs/models.md#keys)", "README.md", "index.md", "[a](models.md#keys)"),
        ("[a](index.md)", "docs/models.md", "models.md", "[a](weighted-index.md)"),
        ("[a](../README.md)", "docs/models.md", "models.md", "[a](index.md)"),
        ("[a](models.md)", "docs/reference.md", "reference/data.md", "[a](../models.md)"),
        ("[a `b`](models.md), [c](index.md)", "docs/x.md", "x.md", "[a `b`](models.md), [c](weighted-index.md)"),
        ("[a](images)", "docs/models.md", "models.md", "a"),
        ("[a](#here) [b](https://example.com/x.md)", "docs/models.md", "models.md", None),
        ("```text\n[a](nowhere.md)\n```\n", "docs/models.md", "models.md", None),
        ("~~~~text\n~~~\n[a](nowhere.md)\n~~~~\n", "docs/models.md", "models.md", None),
    ],
)
def test_links_follow_the_pages(relinked, text, page, place, expected):
    assert relinked(text, page, place) == (text if expected is None else expected, [])


def test_a_file_that_is_no_page_is_copied(relinked):
    assert relinked("![way](images/way.svg)") == ("![way](files/way.svg)", ["files/way.svg"])
    assert relinked("[ci](../.github/workflows/ci.yml)", place="reference/x.md") == (
        "[ci](../files/ci.yml)",
        ["files/ci.yml"],
    )


def test_a_link_that_leads_nowhere_is_an_error(relinked):
    with pytest.raises(ValueError, match=r"docs/models\.md: a link leads nowhere \(nowhere\.md\)"):
        relinked("[a](nowhere.md)")


def test_the_source_of_the_site_has_every_page_and_no_other_files(load, tmp_path):
    site = load("staging").site_of(ROOT)
    (tmp_path / "old.md").write_text("# Gone\n", encoding="utf-8")
    site.write(tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {*site.texts, *site.copies}
    fields = {f"benchmarks/{path.name}" for path in (ROOT / "docs" / "benchmarks").glob("*.md")}
    assert len(site.texts) == len(PAGES) + len(fields) + len(load("contents").REFERENCE)
    listed = re.findall(r"^:hidden:\n(?::.*\n)*\n((?:\S+\n)+)```$", "\n".join(site.texts.values()), re.MULTILINE)
    places = {place for block in listed for place in block.split()}
    assert places == {name.removesuffix(".md") for name in site.texts} - {"index"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Returns `None`.", "Returns ``None``."),
        ("`Scores.meets` and `scores`", ":py:obj:`Scores.meets <x.Scores.meets>` and ``scores``"),
        ("two `Estimate`s", r"two :py:obj:`Estimate <x.Estimate>`\ s"),
        ("`Estimate` > 0 in `Estimate or None`", ":py:obj:`Estimate <x.Estimate>` > 0 in ``Estimate or None``"),
        ("code over `two\n    lines`", "code over ``two lines``"),
        (r"`\frac12` is a|b*c, name_ and snake_case", r"``\frac12`` is a\|b\*c, name\_ and snake_case"),
    ],
)
def test_docstrings_are_rewritten(load, text, expected):
    places = {"Scores": "x.Scores", "Estimate": "x.Estimate"}
    assert load("docstring_text").restructured(text, places) == expected


def test_signatures_become_expressions(load):
    readable = load("docstring_text").readable
    given = "(form: Callable[[str], str] = <function normalize at 0x7f8d>, limits: Limits = <factory>, a: int = 3)"
    assert readable(given) == "(form: Callable[[str], str] = normalize, limits: Limits = ..., a: int = 3)"


@pytest.fixture
def build():
    spec = spec_from_file_location("docs_site_build", ROOT / "docs" / "site" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script async src="https://cdn.example.com/x.js"></script>'),
        ("a.html", '<link href="//fonts.example.com/css" rel="stylesheet">'),
        ("a.html", '<img alt="" src=https://example.com/x.png>'),
        ("a.css", '@import "https://example.com/x.css";'),
        ("sub/a.css", "src: url(https://example.com/x.woff2)"),
    ],
)
def test_what_a_browser_would_fetch_from_elsewhere_is_found(build, tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (found,) = build.foreign(tmp_path)
    assert found.startswith(f"{name}: ")


def test_links_and_local_files_are_not(build, tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="https://example.com">x</a><script src="_static/x.js"></script><link rel="stylesheet" href="x.css">'
        '<link rel="canonical" href="https://example.com/">',
        encoding="utf-8",
    )
    (tmp_path / "a.css").write_text("a { background: url(x.svg) }", encoding="utf-8")
    assert build.foreign(tmp_path) == []


def test_the_workflow_publishes_what_the_script_builds():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "docs.yml").read_text("utf-8"))
    assert workflow[True]["push"] == {"branches": ["main"], "tags": ["v*"]}  # YAML's `on`
    steps = workflow["jobs"]["build"]["steps"]
    assert "python docs/site/build.py" in [step.get("run") for step in steps]
    assert steps[-1]["with"] == {"path": "site"}
    assert {name for name, job in workflow["jobs"].items() if "id-token" in job["permissions"]} == {"publish"}
