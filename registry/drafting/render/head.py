"""What stands above every table: which artefact it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance.validator.flaw import STUMBLES
from fhir_kernel.resource import Resource
from registry.drafting.render.told import told
from registry.refusal import refused
from registry.sentence import Sentence

MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Head:
    """The artefact's own words."""

    type: str
    url: str
    version: str
    status: str
    title: Sentence
    description: Sentence

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "type": self.type,
            "url": self.url,
            "version": self.version,
            "status": self.status,
            "title": self.title.document(),
            "description": self.description.document(),
        }


@contextmanager
def well_formed(resource: Resource) -> Iterator[None]:
    """A block that reads a definition as if it were well-formed. Raises Refused where it is not."""
    try:
        yield
    except STUMBLES as error:
        name = str(resource.get("url") or resource.get("id"))
        en, zh = f"{name} is not well-formed: {error!r}", f"{name} 格式不正确：{error!r}"
        raise refused("invalid", en, zh, where=name) from error


def head_of(resource: Resource) -> Head:
    """What `resource` says of itself."""
    language = str(resource.get("language", ""))
    url, version, status = (str(resource.get(name, "")) for name in ("url", "version", "status"))
    title = told(resource, "title" if resource.get("title") else "name", language)
    return Head(str(resource["resourceType"]), url, version, status, title, told(resource, "description", language))
