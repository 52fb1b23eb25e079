from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest

from plumbline.cli.app import COMMANDS, app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _distribution(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _commands():
    context = click.Context(app, info_name="plumbline")
    for name in COMMANDS:
        command = app.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())


@pytest.mark.parametrize(("name", "command"), list(_commands()))
def test_the_page_on_the_command_line_has_every_command_and_option(name, command):
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert f"plumbline {name}" in page
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    assert not [option for option in options if f"`{option}" not in page]


def test_the_page_on_policies_names_every_switch():
    from plumbline.policies import switches

    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert not [switch.name for switch in switches() if f"`{switch.name}`" not in page]


def test_every_dependency_has_its_reason():
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    project = _project()
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    scripted = json.loads((DOCS.parent / "tests/clients/javascript/package.json").read_bytes())["dependencies"]
    names = {*map(_distribution, named), *scripted}
    assert not [each for each in names if f"| {each} |" not in page]
    rows = re.findall(r"^\| ([\w.-]+) \|", page, flags=re.MULTILINE)
    assert not set(rows) - names - {"package"}


def test_every_dependency_is_locked_with_digests_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    project = _project()
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = _distribution(requirement).lower().replace("_", "-").replace(".", "[-.]")
        assert re.search(rf"^{name}==\S+.*\\\n    --hash=sha256:", lock, flags=re.MULTILINE), requirement


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_docs_lead_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


def test_every_page_can_be_reached_from_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    linked = {(DOCS / link).resolve() for link in LINK.findall(index)}
    pages = {page.resolve() for page in DOCS.rglob("*.md")} - {(DOCS / "index.md").resolve()}
    assert not pages - linked


def test_the_makefile_explains_its_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "check", "bench", "clean", "help"):
        assert re.search(rf"^{target}:.*## \w", text, flags=re.MULTILINE)
