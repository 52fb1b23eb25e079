"""What people do who log in, as parts of an AuditEvent (https://hl7.org/fhir/R4/auditevent.html).

The codes are those of DICOM that R4 names (https://hl7.org/fhir/R4/valueset-audit-event-sub-type.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fhir_kernel.resource import Resource

Action = Literal["C", "R", "U", "D", "E"]
PERSON = "https://plumbline.dev/fhir/sid/person"
"""The identifier system of people."""
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
USER_AUTHENTICATION = {"system": _DICOM, "code": "110114", "display": "User Authentication"}
_SECURITY_ALERT = {"system": _DICOM, "code": "110113", "display": "Security Alert"}
LOGIN = {"system": _DICOM, "code": "110122", "display": "Login"}
_LOGOUT = {"system": _DICOM, "code": "110123", "display": "Logout"}
_ATTRIBUTES = {"system": _DICOM, "code": "110137", "display": "User Security Attributes Changed"}

What = Literal["login", "logout", "account"]
"""Getting in, getting out, and whatever changes who may get in and what they may do."""
_KINDS: Mapping[What, Resource] = {
    "login": {"type": USER_AUTHENTICATION, "subtype": [LOGIN]},
    "logout": {"type": USER_AUTHENTICATION, "subtype": [_LOGOUT]},
    "account": {"type": _SECURITY_ALERT, "subtype": [_ATTRIBUTES]},
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a person did, or was refused; ids and codes, nothing that they wrote."""

    what: What
    action: Action
    person: str = ""
    """The id of who did it; empty where nobody was known."""
    about: str = ""
    """The id of the person it is about."""
    details: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    """Why it was refused, in a code; empty where it was done."""


def deed_event(deed: Deed) -> Resource:
    """What an AuditEvent says of a deed, beside when and where it was done."""
    event: Resource = {**_KINDS[deed.what], "action": deed.action, "agent": [_agent(deed.person)]}
    if deed.refused:
        event["outcomeDesc"] = deed.refused
    if deed.about:
        event["entity"] = [_entity(deed)]
    return event


def _agent(person: str) -> Resource:
    if not person:
        return {"requestor": True, "name": "not authenticated"}
    return {"who": {"identifier": {"system": PERSON, "value": person}}, "requestor": True}


def _entity(deed: Deed) -> Resource:
    details = [{"type": name, "valueString": value} for name, value in deed.details.items() if value]
    what = {"what": {"identifier": {"system": PERSON, "value": deed.about}}}
    return {**what, "detail": details} if details else what
