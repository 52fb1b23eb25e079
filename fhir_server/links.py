"""Where references within a Bundle lead once its resources have ids (https://hl7.org/fhir/R4/http.html#trules).

Elements of type Reference, uri, url, oid and uuid and the links of the narrative are replaced, canonicals are not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource

_URIS = frozenset(("uri", "url", "oid", "uuid"))
_LINK = re.compile(r"""((?:href|src)\s*=\s*)("[^"]*"|'[^']*')""")
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]{1,63}\?")


def is_conditional(reference: str) -> bool:
    """Whether a reference is a search for what it means: `Patient?identifier=1`."""
    return _CONDITIONAL.match(reference) is not None


def conditional_references(resource: Any) -> Iterator[str]:
    """The references within a resource that are searches."""
    if isinstance(resource, dict):
        reference = resource.get("reference")
        if isinstance(reference, str) and is_conditional(reference):
            yield reference
        for value in resource.values():
            if isinstance(value, dict | list):
                yield from conditional_references(value)
    elif isinstance(resource, list):
        for value in resource:
            yield from conditional_references(value)


def names_of(full_url: str, resource_type: str) -> Iterable[str]:
    """By what an entry with this fullUrl is referred to: a RESTful one also by its type and id."""
    if not full_url:
        return ()
    pieces = full_url.rsplit("/", 2)
    if len(pieces) == 3 and pieces[1] == resource_type:
        return (full_url, f"{resource_type}/{pieces[2]}")
    return (full_url,)


def relinked(resource: Resource, targets: Mapping[str, str], model: Model) -> Resource:
    """The resource with everything replaced that `targets` names; the very same where it names nothing in it."""
    return (
        _object(resource, str(resource.get("resourceType")), targets, model) if _names(resource, targets) else resource
    )


def _names(value: Any, targets: Mapping[str, str]) -> bool:
    """Whether anything within may have to be replaced: a look that needs no types, and mostly ends the matter."""
    if isinstance(value, str):
        return value in targets or value.partition("#")[0] in targets or value.startswith("<div")
    if isinstance(value, dict):
        return any(_names(each, targets) for each in value.values())
    return isinstance(value, list) and any(_names(each, targets) for each in value)


def _object(held: Resource, kind: str, targets: Mapping[str, str], model: Model) -> Resource:
    schema = model.types.get(str(held.get("resourceType")) if kind == "Resource" else kind)
    if schema is None:
        return held
    changed: Resource = {}
    for name, value in held.items():
        field = schema.fields.get(name)
        if field is not None and _names(value, targets):
            is_link = field.type in _URIS or (kind == "Reference" and name == "reference")
            changed[name] = _value(value, field.type, targets, model, is_link=is_link)
    return {**held, **changed}


def _value(value: Any, kind: str, targets: Mapping[str, str], model: Model, *, is_link: bool) -> Any:
    if isinstance(value, str):
        if kind == "xhtml":
            return _narrative(value, targets)
        return _target(value, targets) if is_link else value
    if isinstance(value, list):
        return [_value(each, kind, targets, model, is_link=is_link) for each in value]
    return _object(value, kind, targets, model) if isinstance(value, dict) else value


def _target(link: str, targets: Mapping[str, str]) -> str:
    """Where a link leads; one to something within a resource keeps its fragment."""
    if link in targets:
        return targets[link]
    whole, mark, fragment = link.partition("#")
    return targets[whole] + mark + fragment if mark and whole in targets else link


def _narrative(div: str, targets: Mapping[str, str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        link = html.unescape(match[2][1:-1])
        target = _target(link, targets)
        return f'{match[1]}"{html.escape(target)}"' if target != link else match[0]

    return _LINK.sub(replaced, div)
