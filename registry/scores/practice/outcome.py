"""What was found of one record; plain values that travel between processes."""

from __future__ import annotations

from typing import NamedTuple

from fhir_kernel.issues import Issue


class Found(NamedTuple):
    """One finding; `rule` is empty for what no published standard asks, but FHIR itself."""

    rule: str
    issue: Issue


class Answered(NamedTuple):
    """What the rules of one list said, a bit for each rule in the order of the list."""

    digest: str
    asked: int
    failed: int
    error: int


class Lived(NamedTuple):
    """When what a record tells of happened to which patient: to be held against that patient's life."""

    patient: str
    """The id."""
    day: str
    last: str
    """The same day where only the living can have it."""


class Outcome(NamedTuple):
    """One record as it was judged."""

    record: str
    accepted: bool
    """Whether the server would keep it today."""
    answers: tuple[Answered, ...] = ()
    found: tuple[Found, ...] = ()
    more: tuple[tuple[str, int], ...] = ()
    """By rule, how many more findings there are than are told."""
    identity: str = ""
    """Tells records apart, as a score does."""
    content: str = ""
    patient: str = ""
    """A digest of whose record it is."""
    lived: Lived | None = None
    life: tuple[str, dict[str, str]] | None = None
    """Of a Patient, its id and the dates of birth and death."""
