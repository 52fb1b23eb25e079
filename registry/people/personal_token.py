"""Random tokens that name a person and prove a right: of sessions and of one-time links; kept only as digests.

A token has 256 random bits, so a plain digest of it cannot be turned back (unlike one of a password).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from fhir_server.identity.secrets import new_secret

_FORM = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})")
"""The id of the person, and what is random."""


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """`text` is what the person gets, once; `digest` is what is kept."""

    person: str
    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def new_token(person: str) -> PersonalToken:
    """A token of a person that was never given before."""
    return PersonalToken(person, f"{person}.{new_secret()}")


def token_in(text: str) -> PersonalToken | None:
    """The token in a text; None where it can be none."""
    found = _FORM.fullmatch(text)
    return PersonalToken(found[1], text) if found else None
