"""Self-contained HTML pages; nothing in them comes from elsewhere, and everything that others wrote is escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from fhir_kernel.issues import Language
from registry.drafting.diff.change import Difference
from registry.drafting.package.compilation import Compilation
from registry.drafting.render.code_table import CodeTable
from registry.drafting.render.profile_table import ProfileTable
from registry.drafting.render.words import word


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
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_asset),
    )
    style = _asset("page.css")
    digest = "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(
        language=language, word=partial(_word, language), style=style, style_digest=digest, **content
    )


def _word(language: Language, name: str, **values: object) -> str:
    return word(name, language, **values)


def _asset(name: str) -> str:
    return (files("registry.drafting") / "pages" / name).read_text(encoding="utf-8")
