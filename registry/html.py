"""Self-contained HTML pages; nothing in them comes from elsewhere, and everything that others wrote is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol

from jinja2 import Environment, FunctionLoader, StrictUndefined

from fhir_kernel.issues import Language

_SHARED = files("registry") / "pages"


class Word(Protocol):
    """Says a word of a page, by its name, in a language."""

    def __call__(self, name: str, language: Language, **values: object) -> str: ...


def html_page(folder: Traversable, template: str, language: Language, word: Word, **content: Any) -> str:
    """A page of a template in `folder`, which may extend `frame.html.jinja`, with the folder's `page.css` within it."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_asset_of(folder)),
    )
    style = (folder / "page.css").read_text(encoding="utf-8")
    digest = "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(
        language=language, word=partial(_said, word, language), style=style, style_digest=digest, **content
    )


def _said(word: Word, language: Language, name: str, **values: object) -> str:
    return word(name, language, **values)


def _asset_of(folder: Traversable) -> Callable[[str], str]:
    def asset(name: str) -> str:
        own = folder / name
        return (own if own.is_file() else _SHARED / name).read_text(encoding="utf-8")

    return asset
