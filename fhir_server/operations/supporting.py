"""What records refer to: practitioners, places, medicines, attachments … that make them understood.

https://hl7.org/fhir/R4/patient-operation-everything.html: "any resource referenced from those, including binaries and
attachments". What belongs to the record of another patient is none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Key, Version
from fhir_server.operations.operation import OperationContext
from fhir_server.outcomes import refused
from fhir_server.search.index import SearchIndex

ROUNDS = 2
"""A role leads to a practitioner, a medicine to its maker; further on it is about the world, not about the record."""
_PATIENT = "Patient"


async def supporting(
    context: OperationContext, resources: Sequence[Resource], centre: Key, patients: frozenset[str]
) -> Mapping[Key, Version]:
    """What `resources` refer to and what that refers to, apart from what is in the compartment of `centre`.

    Of what belongs to patients only that of `patients` is among it. Raises RequestRefused where it is too much.
    """
    found: dict[Key, Version] = {}
    seen = {Key(each["resourceType"], each["id"]) for each in resources}
    for _ in range(ROUNDS):
        wanted = sorted({key for each in resources for key in references(each, context.index)} - seen)
        seen.update(wanted)
        versions = await context.store.read_many(wanted)
        read = {key: parse_json(version.body or b"{}") for key, version in sorted(versions.items())}
        kept = {key: each for key, each in read.items() if _is_support(each, key, centre, patients, context.index)}
        found.update((key, versions[key]) for key in kept)
        if len(found) > context.limits.supporting:
            text = f"The records refer to more than {context.limits.supporting} others; ask for less with '_count'"
            raise refused("too-costly", text)
        resources = list(kept.values())
    return found


def references(resource: Any, index: SearchIndex) -> Iterator[Key]:
    """The resources of this server that a resource names in references and in the addresses of attachments."""
    pending = [resource]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending.extend(each)
        elif isinstance(each, dict):
            pending.extend(each.values())
            for name in ("reference", "url"):
                text = each.get(name)
                if isinstance(text, str) and not text.startswith("#"):
                    read = index.read(text)
                    if read.id and index.is_type(read.type):
                        yield Key(read.type, read.id)


def patients_of(resource: Resource, index: SearchIndex) -> frozenset[str]:
    """The patients to whose records a resource belongs."""
    type_ = str(resource["resourceType"])
    if type_ == _PATIENT:
        return frozenset((str(resource["id"]),))
    return _members(resource, _PATIENT, index)


def _is_support(resource: Resource, key: Key, centre: Key, patients: frozenset[str], index: SearchIndex) -> bool:
    if key == centre or centre.id in _members(resource, centre.type, index):
        return False
    owners = patients_of(resource, index)
    return not owners or bool(owners & patients)


def _members(resource: Resource, centre: str, index: SearchIndex) -> frozenset[str]:
    """The ids of resources of the type `centre` in whose compartments the resource is."""
    known = index.parameters(str(resource["resourceType"]))
    parameters = index.compartments[centre].parameters.get(str(resource["resourceType"]), ())
    found = (value for each in parameters if each in known for value in index.references(resource, each))
    return frozenset(value.id for value in found if value.type == centre)
