"""A comment on a clause of the text or on an element of the package, by somebody or by nobody in particular."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fhir_kernel.store.records import Document
from registry.plain_text import plain_text
from registry.refusal import refused

_CLAUSE = re.compile(r"(?:[0-9]{1,4}|[A-Z])(?:\.[0-9]{1,4}){0,9}")
"""As GB/T 1.1 numbers them; annexes have letters: 4.2.1, A.1."""
_CANONICAL = re.compile(r"https?://[!-~]{1,500}|urn:[!-~]{1,500}")
_PATH = re.compile(r"[A-Za-z][!-~]{0,499}")
LONGEST_NAME, LONGEST_CONTACT = 100, 200


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, such as 4.2.1."""

    number: str

    @property
    def said(self) -> str:
        """As the table of comments names it."""
        return self.number

    def document(self) -> Document:
        """As it is kept, and as the JSON API takes and gives it."""
        return {"clause": self.number}


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an artefact: its canonical, and the path or id within."""

    canonical: str
    path: str

    @property
    def said(self) -> str:
        """As the table of comments names it."""
        return f"{self.canonical}#{self.path}"

    def document(self) -> Document:
        """As it is kept, and as the JSON API takes and gives it."""
        return {"canonical": self.canonical, "path": self.path}


Place = Clause | Element


def place_of(given: Mapping[str, Any]) -> Place:
    """The place that a document names. Raises Refused (invalid)."""
    if given.keys() == {"clause"} and _CLAUSE.fullmatch(given["clause"]):
        return Clause(given["clause"])
    is_element = given.keys() == {"canonical", "path"}
    if is_element and _CANONICAL.fullmatch(given["canonical"]) and _PATH.fullmatch(given["path"]):
        return Element(given["canonical"], given["path"])
    raise refused(
        "invalid",
        "the place is neither a clause such as 4.2.1 nor a canonical with the path of an element",
        "位置应为章条编号（如 4.2.1），或规范地址及元素路径",
        where="place",
    )


@dataclass(frozen=True, slots=True)
class Author:
    """Who says it, as far as they say; the contact is for the office only."""

    name: str = ""
    organisation: str = ""
    contact: str = ""
    may_be_named: bool = False
    """Whether name and organisation may be shown to everybody."""


def author_of(name: str, organisation: str, contact: str, may_be_named: bool) -> Author:
    """The author as they describe themselves. Raises Refused (invalid)."""
    return Author(
        plain_text(name, most=LONGEST_NAME, where="name", least=0),
        plain_text(organisation, most=LONGEST_NAME, where="organisation", least=0),
        plain_text(contact, most=LONGEST_CONTACT, where="contact", least=0),
        may_be_named,
    )


@dataclass(frozen=True, slots=True)
class Comment:
    """It is never deleted; who said it can be withheld."""

    consultation: str
    number: int
    place: Place
    text: str
    author: Author
    received: datetime
    withheld: str = ""
    """Why the author was withheld."""

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return f"{self.consultation}/{self.number:08}"

    def public(self) -> Document:
        """What everybody may see: never a contact, and an author only who agreed to it."""
        named = self.author if self.author.may_be_named else Author()
        return {
            "consultation": self.consultation,
            "number": self.number,
            "place": self.place.document(),
            "text": self.text,
            "name": named.name,
            "organisation": named.organisation,
            "received": self.received.isoformat(),
            "isWithheld": bool(self.withheld),
        }

    def document(self) -> Document:
        """As it is kept, and as the office sees it."""
        author = {"name": self.author.name, "organisation": self.author.organisation, "contact": self.author.contact}
        private = {"mayBeNamed": self.author.may_be_named, "withheld": self.withheld}
        return {**self.public(), **author, **private}


def comment_of(kept: Mapping[str, Any]) -> Comment:
    """The comment that was kept as a document."""
    return Comment(
        consultation=kept["consultation"],
        number=kept["number"],
        place=place_of(kept["place"]),
        text=kept["text"],
        author=Author(kept["name"], kept["organisation"], kept["contact"], kept["mayBeNamed"]),
        received=datetime.fromisoformat(kept["received"]),
        withheld=kept["withheld"],
    )
