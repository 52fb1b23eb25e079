"""The artefacts of an edition as resources of the FHIR server: written like any other, so that they are judged alike.

https://hl7.org/fhir/R4/resource.html#id. A resource keeps its id; a later edition is its next version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Key, Version
from fhir_server.intents import Intent
from fhir_server.outcomes import RequestRefused
from fhir_server.preconditions import Precondition
from registry.refusal import Refused
from registry.sentence import Sentence


async def intents_for(reader: Reader, definitions: Sequence[Resource]) -> Sequence[Intent]:
    """What is to be written. Raises Refused (conflict) where something else has the id of an artefact."""
    keys = [_key(each) for each in definitions]
    current = await reader.read_many(keys)
    for key, definition in zip(keys, definitions, strict=True):
        _check_same(key, current.get(key), definition)
    return [_intent(key, each, current.get(key)) for key, each in zip(keys, definitions, strict=True)]


async def retiring(reader: Reader, definitions: Sequence[Resource]) -> Sequence[Intent]:
    """What retires artefacts of an edition that has ended; those that a later edition has taken over stay."""
    keys = [_key(each) for each in definitions]
    current = await reader.read_many(keys)
    made = []
    for key, definition in zip(keys, definitions, strict=True):
        known = current.get(key)
        kept = _content(known)
        if kept is not None and (kept.get("url"), kept.get("version")) == (
            definition["url"],
            definition.get("version"),
        ):
            made.append(_intent(key, {**kept, "status": "retired"}, known))
    return made


def refusal_of(error: RequestRefused, where: str = "package") -> Refused:
    """Why the FHIR server did not take what was to be written."""
    told = [_told(each) for each in error.issues if each["severity"] in ("error", "fatal")]
    sentences = [Sentence(each, each) for each in told]
    return Refused("conflict" if error.status in (409, 412) else "invalid", sentences, where=where)


def _told(issue: Any) -> str:
    where = ", ".join(issue.get("expression", ()))
    text = str(issue["details"]["text"])
    return f"{where}: {text}" if where else text


def _key(definition: Resource) -> Key:
    return Key(str(definition["resourceType"]), str(definition["id"]))


def _intent(key: Key, resource: Resource, current: Version | None) -> Intent:
    """Refused where somebody writes in between."""
    seen = Precondition(none_match=frozenset("*")) if current is None else _at(current)
    content = {name: value for name, value in resource.items() if name != "meta"} | _meta(resource)
    return Intent("PUT", key.type, key.id, resource=content, precondition=seen)


def _at(current: Version) -> Precondition:
    return Precondition(match=frozenset((str(current.number),)))


def _meta(resource: Resource) -> Resource:
    """What the server stamps itself is left out."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
    return {"meta": meta} if meta else {}


def _content(version: Version | None) -> Resource | None:
    return None if version is None or version.body is None else parse_json(version.body)


def _check_same(key: Key, current: Version | None, definition: Resource) -> None:
    kept = _content(current)
    if kept is not None and kept.get("url") != definition["url"]:
        raise Refused(
            "conflict",
            (
                Sentence(
                    f"{key} is {kept.get('url')} on the server already; give {definition['url']} another id",
                    f"服务器上的 {key} 已是 {kept.get('url')}；请为 {definition['url']} 另选 id",
                ),
            ),
            where=str(key),
        )
