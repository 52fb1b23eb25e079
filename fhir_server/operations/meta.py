"""$meta, $meta-add and $meta-delete: profiles, tags and security labels (https://hl7.org/fhir/R4/resource-operation-meta.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Version
from fhir_server.operations.meta_in_use import meta_in_use
from fhir_server.operations.operation import Call, OperationContext, current
from fhir_server.outcomes import refused

LABELS = ("profile", "security", "tag")
"""The parts of Meta that these operations are about."""
_Combine = Callable[[Sequence[Any], Sequence[Any]], list[Any]]


async def meta(context: OperationContext, call: Call) -> Resource:
    """The meta of a resource; of a type or the system, the labels that are in use. Raises RequestRefused."""
    if call.id:
        return _answer(_meta_of(await current(context.store, call.key)))
    types = (call.type,) if call.type else tuple(_types(context))
    return _answer(await meta_in_use(context.store, types, context.limits.scanned))


async def meta_add(context: OperationContext, call: Call) -> Resource:
    """Give the resource the labels sent, those that it has already excepted; its meta after that."""
    return await _changed(context, call, _united)


async def meta_delete(context: OperationContext, call: Call) -> Resource:
    """Take the labels sent from the resource, whether or not it has them; its meta after that."""
    return await _changed(context, call, _reduced)


async def _changed(context: OperationContext, call: Call, combine: _Combine) -> Resource:
    labels = _labels(call.value("meta"))

    def change(resource: Resource) -> Resource:
        had = resource.get("meta") or {}
        changed = {name: combine(had.get(name) or [], rows) for name, rows in labels.items()}
        meta = {name: value for name, value in {**had, **changed}.items() if value != []}
        rest = {name: value for name, value in resource.items() if name != "meta"}
        return {**rest, "meta": meta} if meta else rest

    await current(context.store, call.key)
    return _answer(_meta_of(await context.amend(call.key, change, call.sender)))


def _labels(sent: Any) -> Mapping[str, list[Any]]:
    """The labels in a Meta by their part. Raises RequestRefused where there are none or they are misshapen."""
    if not isinstance(sent, dict):
        raise refused("required", "The parameter 'meta' is missing; expected a Meta with profile, tag or security")
    labels = {name: sent[name] for name in LABELS if name in sent}
    for name, rows in labels.items():
        is_label = _is_canonical if name == "profile" else _is_coding
        if not isinstance(rows, list) or not all(is_label(row) for row in rows):
            what = "canonicals" if name == "profile" else "Codings"
            text = f"The parameter 'meta' has {name} = {rows!r:.80}; expected a list of {what}"
            raise refused("value", text, expression=f"Parameters.parameter.where(name='meta').value.{name}")
    if not any(labels.values()):
        text = f"The parameter 'meta' has {', '.join(sent) or 'nothing'}; expected profile, tag or security"
        raise refused("required", text)
    return labels


def _is_canonical(row: Any) -> bool:
    return isinstance(row, str) and row != ""


def _is_coding(row: Any) -> bool:
    return (
        isinstance(row, dict) and row != {} and all(isinstance(row.get(name, ""), str) for name in ("system", "code"))
    )


def _united(had: Sequence[Any], sent: Sequence[Any]) -> list[Any]:
    found = {_identity(each): each for each in reversed((*had, *sent))}
    return list(reversed(found.values()))


def _reduced(had: Sequence[Any], sent: Sequence[Any]) -> list[Any]:
    gone = {_identity(each) for each in sent}
    return [each for each in had if _identity(each) not in gone]


def _identity(label: Any) -> Any:
    """A label is the same whatever its version and display are; a profile is its whole URL."""
    return (label.get("system"), label.get("code")) if isinstance(label, dict) else label


def _meta_of(version: Version) -> Resource:
    found: Resource = parse_json(version.body or b"{}").get("meta") or {}
    return found


def _answer(found: Resource) -> Resource:
    return {"resourceType": "Parameters", "parameter": [{"name": "return", "valueMeta": found}]}


def _types(context: OperationContext) -> Iterable[str]:
    model = context.index.model
    return sorted(name for name in model.types if model.is_resource(name))
