"""The audit trail: who wrote what, and who was refused, as AuditEvent resources without anything of a record.

https://hl7.org/fhir/R4/auditevent.html; the entries stand in a log of the store, those of writes in the same commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from conformance.evidence import Sender
from fhir_kernel.clock import NewId
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Version
from fhir_server.identity.deeds import LOGIN, USER_AUTHENTICATION, Action, Deed, deed_event
from fhir_server.repository import AUDIT

CLIENT, PRODUCT, ORGANISATION = (
    f"https://plumbline.dev/fhir/sid/{each}" for each in ("client", "product", "organisation")
)
"""The identifier systems of our own ids."""
_SUBTYPES: Mapping[str, str] = MappingProxyType(
    {
        "history-instance": "history",
        "history-type": "history",
        "history-system": "history",
        "search-type": "search",
        "search-system": "search",
        "search-compartment": "search",
    }
)
_INTERACTIONS = frozenset(
    (
        *("read", "vread", "update", "patch", "delete", "history", "create", "search"),
        *("capabilities", "transaction", "batch", "operation"),
    )
)
_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"create": "C", "update": "U", "patch": "U", "delete": "D", "operation": "E", "transaction": "E", "batch": "E"}
)
_WRITES: Mapping[str, str] = MappingProxyType({"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"})
_REST = {
    "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
    "code": "rest",
    "display": "RESTful Operation",
}
_SERVER = {
    "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
    "code": "4",
    "display": "Application Server",
}
_DOMAIN_RESOURCE = {
    "system": "http://terminology.hl7.org/CodeSystem/object-role",
    "code": "4",
    "display": "Domain Resource",
}
NOBODY = Sender()
_SUCCESS, _MINOR, _SERIOUS = "0", "4", "8"
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
TOKEN = "token"  # noqa: S105 (the name of an interaction)
"""The interaction of asking for a token."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was not carried out: what it wanted, and why in codes, which tell nothing of a record."""

    interaction: str
    """As the route table names it, or TOKEN."""
    status: int
    code: str
    """Of the first issue (https://hl7.org/fhir/R4/valueset-issue-type.html), or the error of RFC 6749."""
    type: str = ""
    id: str = ""
    sender: Sender = NOBODY


class Auditor:
    """Makes entries of the audit trail. `service` is the name of this one; `new_id` names the entries."""

    def __init__(self, service: str, new_id: NewId) -> None:
        self._service, self._new_id = service, new_id

    def written(self, sender: Sender, versions: Sequence[Version], now: datetime) -> Sequence[Resource]:
        """An entry for each way of writing among the versions of one commit, which names every version."""
        kinds = sorted(versions, key=_way)
        return [self._written(way, list(each), sender, now) for way, each in groupby(kinds, key=_way)]

    def refused(self, refusal: Refusal, now: datetime) -> Resource:
        """The entry for a request that was refused."""
        event = self._event(now, refusal.sender, _SERIOUS if refusal.status >= 500 else _MINOR)
        if refusal.interaction == TOKEN:
            event |= {"type": USER_AUTHENTICATION, "subtype": [LOGIN], "action": "E"}
        else:
            event |= _rest(refusal.interaction, _ACTIONS.get(refusal.interaction, "R"))
        event["outcomeDesc"] = f"{refusal.status} {refusal.code}".strip()
        if _TYPE.fullmatch(refusal.type):
            place = f"{refusal.type}/{refusal.id}" if _ID.fullmatch(refusal.id) else refusal.type
            event["entity"] = [_entity(refusal.type, place if "/" in place else "")]
        return event

    def deed(self, deed: Deed, now: datetime) -> Resource:
        """The entry for what a person did, or was refused."""
        return self._event(now, NOBODY, _MINOR if deed.refused else _SUCCESS) | deed_event(deed)

    def _written(self, way: tuple[str, Action], versions: Sequence[Version], sender: Sender, now: datetime) -> Resource:
        event = self._event(now, sender, _SUCCESS) | _rest(*way)
        event["entity"] = [_entity(each.key.type, f"{each.key}/_history/{each.number}") for each in versions]
        return event

    def _event(self, now: datetime, sender: Sender, outcome: str) -> Resource:
        return {
            "resourceType": "AuditEvent",
            "id": self._new_id(),
            "recorded": now.isoformat(timespec="milliseconds"),
            "outcome": outcome,
            "agent": list(_agents(sender)),
            "source": {"observer": {"type": "Device", "display": self._service}, "type": [_SERVER]},
        }


async def keep_refusal(store: Store, entry: Resource) -> None:
    """Write the entry for a refused request, which has no commit of its own. Raises StoreError."""

    async def work(transaction: Transaction) -> None:
        await transaction.append(AUDIT, [entry])

    await store.commit(work)


def _way(version: Version) -> tuple[str, Action]:
    """The interaction; an update may create."""
    interaction = _WRITES[version.method]
    return interaction, "C" if interaction == "update" and version.number == 1 else _ACTIONS[interaction]


def _rest(interaction: str, action: Action) -> Resource:
    event: Resource = {"type": _REST, "action": action}
    code = _SUBTYPES.get(interaction, interaction)
    if code in _INTERACTIONS:
        event["subtype"] = [{"system": "http://hl7.org/fhir/restful-interaction", "code": code, "display": code}]
    return event


def _agents(sender: Sender) -> Iterator[Resource]:
    """The client, which asked; the organisation for which, and the product with which it did."""
    if not _ID.fullmatch(sender.client):
        yield {"requestor": True, "name": "not authenticated"}
        return
    yield {"who": _who("Device", CLIENT, sender.client), "requestor": True}
    if sender.institution:
        yield {"who": _who("Organization", ORGANISATION, sender.institution), "requestor": False}
    if sender.product:
        who = _who("Device", PRODUCT, sender.product)
        yield {"who": {**who, "display": f"{sender.product} {sender.product_version}".strip()}, "requestor": False}


def _who(resource_type: str, system: str, id_: str) -> Resource:
    return {"type": resource_type, "identifier": {"system": system, "value": id_}}


def _entity(resource_type: str, reference: str) -> Resource:
    """What it was about; of a type as a whole there is no reference."""
    what = {"what": {"reference": reference}} if reference else {}
    kind = {"system": "http://hl7.org/fhir/resource-types", "code": resource_type}
    return {**what, "type": kind, "role": _DOMAIN_RESOURCE}
