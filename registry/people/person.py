"""A person who works on standards, and under which name they log in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from fhir_kernel.store.records import Document

PEOPLE, LOGINS = "people", "logins"
"""The collections: people by their ids, and the id of a person by the name they log in with."""
PersonStatus = Literal["invited", "active", "suspended"]
STATUSES: tuple[PersonStatus, ...] = get_args(PersonStatus)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
"""What a login name may be."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name; `invited` until they have chosen a password."""

    id: str
    login: str
    name: str
    created: datetime
    organisation: str = ""
    """The id of an organisation in the register; empty where they belong to none."""
    status: PersonStatus = "invited"
    invited_by: str = ""
    """The id of a person; empty where they were added at the command line."""
    contact: str = field(default="", repr=False)
    """How to reach them; it is not shown to others."""

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    def document(self) -> Document:
        """As it is kept."""
        return {
            "login": self.login,
            "name": self.name,
            "created": self.created.isoformat(),
            "organisation": self.organisation,
            "status": self.status,
            "invitedBy": self.invited_by,
            "contact": self.contact,
        }

    def shown(self) -> Mapping[str, Any]:
        """What everybody may know who is logged in."""
        return {"id": self.id, "name": self.name, "organisation": self.organisation}

    def shown_in_full(self, *, contact: bool = True) -> Mapping[str, Any]:
        """What the person and administrators may know; the contact is for the person and who administers them."""
        return {name: each for name, each in {**self.document(), "id": self.id}.items() if contact or name != "contact"}


def person_of(id_: str, kept: Document) -> Person:
    """The person that was kept as a document; one whose status is not known counts as suspended."""
    status: PersonStatus = kept["status"] if kept["status"] in STATUSES else "suspended"
    return Person(
        id_,
        kept["login"],
        kept["name"],
        datetime.fromisoformat(kept["created"]),
        kept["organisation"],
        status,
        kept["invitedBy"],
        kept["contact"],
    )
