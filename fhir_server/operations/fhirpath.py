"""$fhirpath: an expression evaluated on a stored resource or on one that is sent (https://hl7.org/fhirpath/N1/).

The parameters in and out are those that public tools for trying out FHIRPath agree on: `expression`, `context`,
`resource`, `variables`; a `result` for each context, whose parts are named by the types of the items.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.errors import FhirPathError, FhirPathEvaluationError, LimitExceeded
from fhir_kernel.fhirpath import Environment, Item, Node
from fhir_kernel.fhirpath.values import Items
from fhir_kernel.resource import Resource
from fhir_server.operations.fhirpath_items import as_parts
from fhir_server.operations.operation import Call, OperationContext, current
from fhir_server.outcomes import RequestRefused, refused

DEFINITION = "https://plumbline.dev/fhir/OperationDefinition/fhirpath"
EVALUATOR = "Plumbline (R4)"


async def fhirpath(context: OperationContext, call: Call) -> Resource:
    """Parameters with what was asked and, for each context, the items. Raises RequestRefused.

    References are followed within the resource only. The work is done beside the event loop.
    """
    expression = _text(context, call, "expression")
    if not expression:
        raise refused("required", "The parameter 'expression' is missing; expected an expression of FHIRPath")
    resource, variables = await _resource(context, call), _variables(call)
    start = _text(context, call, "context")
    results = await asyncio.to_thread(_results, context, resource, start, expression, variables)
    asked = [{"name": "evaluator", "valueString": EVALUATOR}, {"name": "expression", "valueString": expression}]
    if start:
        asked.append({"name": "context", "valueString": start})
    return {"resourceType": "Parameters", "parameter": [{"name": "parameters", "part": asked}, *results]}


def _results(
    context: OperationContext, resource: Resource, start: str, expression: str, variables: Mapping[str, Items]
) -> list[Resource]:
    root = Node(resource, str(resource["resourceType"]))
    starts = _evaluated(context, start, root, root, variables)[0] if start else [root]
    results, count = [], 0
    for place, each in enumerate(starts):
        node = each if isinstance(each, Node) else None
        if node is None:
            raise refused("value", f"'context' is '{start}', which gives values; expected elements of the resource")
        items, traces = _evaluated(context, expression, node, root, variables)
        count += len(items) + sum(len(found) for _, found in traces)
        if count > context.limits.results:
            raise _too_costly(f"it gives more than {context.limits.results} items")
        parts = [*as_parts(items, context.index.model)]
        parts += [_trace(name, as_parts(found, context.index.model)) for name, found in traces]
        title = {"valueString": f"{start}[{place}]"} if start else {}
        results.append({"name": "result", **title, **({"part": parts} if parts else {})})
    return results


def _evaluated(
    context: OperationContext, text: str, node: Node, root: Node, variables: Mapping[str, Items]
) -> tuple[Items, list[tuple[str, Sequence[Item]]]]:
    traces: list[tuple[str, Sequence[Item]]] = []
    env = Environment(resource=root, root_resource=root, variables=variables, now=context.clock())
    env.trace = lambda name, items: traces.append((name, items))
    try:
        return context.engine.compile(text).evaluate(node, env), traces
    except LimitExceeded as error:
        raise _too_costly(str(error)) from None
    except FhirPathEvaluationError as error:
        raise refused("processing", f"The expression '{text}' cannot be evaluated: {error.message}") from None
    except FhirPathError as error:
        raise refused("value", f"The expression cannot be used: {error}") from None


async def _resource(context: OperationContext, call: Call) -> Resource:
    sent = call.value("resource")
    if call.id:
        if sent is not None:
            raise refused("value", f"The parameter 'resource' is there, but {call.key} is asked; expected one of them")
        return parse_json((await current(context.store, call.key)).body or b"{}")
    kind = sent.get("resourceType") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not context.index.is_type(str(kind)):
        found = "missing" if sent is None else f"of the type {kind!r:.40}"
        raise refused("required", f"The parameter 'resource' is {found}; expected a resource to evaluate on")
    if call.type and kind != call.type:
        raise refused("value", f"The parameter 'resource' is a {kind}; expected a {call.type}")
    return sent


def _text(context: OperationContext, call: Call, name: str) -> str:
    text = call.value(name)
    if text is None:
        return ""
    if len(text) > context.limits.expression:
        raise _too_costly(f"'{name}' has {len(text)} characters; at most {context.limits.expression} are allowed")
    return str(text)


def _variables(call: Call) -> Mapping[str, Items]:
    rows = [part for row in call.rows("variables") for part in row.get("part") or ()]
    return {str(row.get("name")): _items(row) for row in rows if isinstance(row, dict)}


def _items(row: Resource) -> Items:
    for name, value in row.items():
        if name == "resource" and isinstance(value, dict):
            return [Node(value, str(value.get("resourceType")))]
        if name.startswith("value"):
            type_ = name.removeprefix("value")
            return [Node(value, type_ if isinstance(value, dict) else type_[:1].lower() + type_[1:])]
    return []


def _trace(name: str, parts: Sequence[Resource]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": "trace", "valueString": name}
    return {**made, "part": list(parts)} if parts else made


def _too_costly(reason: str) -> RequestRefused:
    return refused("too-costly", f"The expression is not evaluated to its end: {reason}")
