"""Pages of differences, compilations, profiles and codes."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from typing import Any

from fhir_kernel.issues import Language
from registry.drafting.diff.change import Difference
from registry.drafting.package.compilation import Compilation
from registry.drafting.render.code_table import CodeTable
from registry.drafting.render.profile_table import ProfileTable
from registry.drafting.render.words import word
from registry.html import html_page


def difference_page(difference: Difference, language: Language) -> str:
    """The changes, artefact by artefact."""
    groups = [
        (key, list(rows)) for key, rows in groupby(difference.changes, key=lambda each: (each.type, each.artefact))
    ]
    return _page("difference.html.jinja", language, difference=difference, groups=groups)


def compilation_page(compilation: Compilation, language: Language) -> str:
    """The findings, artefact by artefact, the gravest first."""
    return _page("compilation.html.jinja", language, compilation=compilation)


def profile_page(table: ProfileTable, language: Language) -> str:
    """A profile."""
    return _page("profile.html.jinja", language, table=table)


def code_page(table: CodeTable, language: Language) -> str:
    """A code system or a value set."""
    return _page("codes.html.jinja", language, table=table)


def _page(template: str, language: Language, **content: Any) -> str:
    return html_page(files("registry.drafting") / "pages", template, language, word, **content)
