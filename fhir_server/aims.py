"""Which resources an intent means (https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #3.1.0.7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Key
from fhir_server.content import check_id
from fhir_server.intents import Criteria, Intent
from fhir_server.outcomes import RequestRefused, refused


@dataclass(frozen=True, slots=True)
class Aim:
    """An intent and the resources that it means; none where there is nothing to do."""

    intent: Intent
    keys: Sequence[Key]
    matched: Sequence[Key] = ()
    """What its criteria met."""
    is_new: bool = False
    """Whether its id is one that was never given before."""
    is_found: bool = False
    """Whether it is a conditional create that met a resource, which stays as it is."""

    @property
    def within(self) -> str:
        return self.intent.within


async def aim_of(reader: Reader, intent: Intent) -> Aim:
    """What the intent means. Raises RequestRefused: 412 where criteria meet too many, 404 where a patch meets none."""
    if intent.method == "POST" and intent.criteria is None:
        return Aim(intent, (intent.key,), is_new=True)
    if intent.criteria is None:
        return Aim(intent, (intent.key,))
    query = replace(intent.criteria.query, count=intent.most + 1)
    found = tuple((await reader.search(query)).keys)
    if len(found) > intent.most:
        raise _too_many(intent.criteria, intent.most)
    if intent.method == "POST":
        return Aim(intent, found or (intent.key,), found, is_new=not found, is_found=bool(found))
    if intent.method == "PUT":
        return _update(intent, found)
    if intent.method == "PATCH" and not found:
        raise refused("not-found", f"'{intent.criteria.text}' meets no resource to be patched")
    return Aim(intent, found, found)


def _update(intent: Intent, found: tuple[Key, ...]) -> Aim:
    """The one that was met; else one with the id of the body, or with a new one."""
    if found:
        if "id" in (intent.resource or {}):
            check_body_id(intent, found[0].id)
        return Aim(intent, found, found)
    given = (intent.resource or {}).get("id")
    if given is None:
        return Aim(intent, (intent.key,), is_new=True)
    check_id(given, f"{intent.type}.id")
    return Aim(intent, (Key(intent.type, given),))


def check_body_id(intent: Intent, expected: str) -> None:
    """Raises RequestRefused (400) where the body has another id than what is to be updated."""
    given = (intent.resource or {}).get("id")
    if given != expected:
        found = f"'{given}'" if given is not None else "missing"
        text = f"The id of the body is {found}; expected '{expected}', the id of what is to be updated"
        raise refused("value", text, expression=f"{intent.type}.id")


def _too_many(criteria: Criteria, most: int) -> RequestRefused:
    expected = "one" if most == 1 else f"at most {most}"
    return refused("multiple-matches", f"'{criteria.text}' meets more than {most}; expected {expected}")
