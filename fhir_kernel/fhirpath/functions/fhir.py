"""FHIR's own functions (https://hl7.org/fhir/R4/fhirpath.html#functions)."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.convert import single, system_value
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function, typed_value
from fhir_kernel.fhirpath.html import is_good_html
from fhir_kernel.fhirpath.navigation import root_node
from fhir_kernel.fhirpath.values import Item, Items, Node
from fhir_kernel.resource import Resource

_DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/"


def functions(model: Model) -> dict[str, Function]:
    """The rows of this chapter, which need to know the types."""

    def conforms_to(items: Items, env: Environment, profile: Items) -> Items:
        item, url = single(items), typed_value(profile, "String", "the profile")
        if item is None or url is None:
            return []
        answer = _ask_conformance(item, env, url, model)
        if answer is None:
            raise FhirPathEvaluationError(f"the profile '{url}' is not known")
        return [answer]

    return {**_FUNCTIONS, "conformsTo": function(conforms_to, "items", returns=_BOOLEAN, single=True)}


def has_value(items: Items, _env: Environment) -> Items:
    """Whether the input is one primitive with a value."""
    if len(items) != 1:
        return [False]
    item = items[0]
    return [not isinstance(item, Node) or not (item.value is None or isinstance(item.value, dict))]


def _ask_conformance(item: Item, env: Environment, url: str, model: Model) -> bool | None:
    """The environment's answer; without one, a type's own definition is still known."""
    if not isinstance(item, Node):
        return None
    if env.conforms_to is not None:
        kept = (env.focus, env.steps_left, env.deadline, env.defined, env.index, env.total)
        answer = env.conforms_to(item, url)  # may evaluate constraints in this very environment
        env.focus, env.steps_left, env.deadline, env.defined, env.index, env.total = kept
        if answer is not None:
            return answer
    name = url.removeprefix(_DEFINITIONS)
    return model.is_a(item.type, name) if url.startswith(_DEFINITIONS) and name in model.types else None


def _extension(items: Items, _env: Environment, url: Items) -> Items:
    wanted = typed_value(url, "String", "the extension's url")
    if wanted is None:
        return []
    return [Node(each, "Extension") for item in items for each in _extensions(item) if each.get("url") == wanted]


def _extensions(item: Item) -> Iterator[Resource]:
    if item.__class__ is not Node:
        return
    holder = item.value if isinstance(item.value, dict) else item.sibling
    found = holder.get("extension") if isinstance(holder, dict) else None
    if isinstance(found, list):
        yield from (each for each in found if isinstance(each, dict))


def _get_value(items: Items, env: Environment) -> Items:
    value = system_value(items[0]) if has_value(items, env)[0] else None
    return [] if value is None else [value]


def _resolve(items: Items, env: Environment) -> Items:
    found: Items = []
    env.spend(len(items))
    for item in items:
        reference = _reference_of(item)
        if reference is None:
            continue
        origin = item if isinstance(item, Node) else Node(reference, "string")
        resource = None if env.resolve is None else env.resolve(reference, origin)
        resource = resource or _contained(reference, env)
        if resource is not None:
            found.append(root_node(resource))
    return found


def _reference_of(item: Item) -> str | None:
    value = item.value if isinstance(item, Node) else item
    reference = value.get("reference") if isinstance(value, dict) else value
    return reference if isinstance(reference, str) else None


def _contained(reference: str, env: Environment) -> Resource | None:
    """`#id` means a resource contained in the root resource, `#` alone that resource."""
    root = env.root_resource or env.resource or env.focus
    if not reference.startswith("#") or not isinstance(root, Node) or not isinstance(root.value, dict):
        return None
    if reference == "#":
        return root.value
    inner = root.value.get("contained")
    candidates = inner if isinstance(inner, list) else []
    return next((each for each in candidates if isinstance(each, dict) and each.get("id") == reference[1:]), None)


def _check_modifiers(items: Items, _env: Environment, *urls: Items | None) -> Items:
    known = {system_value(url) for given in urls for url in given or ()}
    for item in items:
        found = item.value.get("modifierExtension") if isinstance(item, Node) and isinstance(item.value, dict) else None
        for each in found if isinstance(found, list) else ():
            if isinstance(each, dict) and each.get("url") not in known:
                raise FhirPathEvaluationError(f"the modifier extension '{each.get('url')}' is not understood")
    return items


def _member_of(items: Items, env: Environment, value_set: Items) -> Items:
    item, url = single(items), typed_value(value_set, "String", "the value set")
    if item is None or url is None or env.member_of is None:
        return []
    answer = env.member_of(item if isinstance(item, Node) else Node(item, "string"), url)
    return [] if answer is None else [answer]


def _subsumes(items: Items, env: Environment, other: Items) -> Items:
    a, b = single(items), single(other, "the argument")
    if not isinstance(a, Node) or not isinstance(b, Node) or env.subsumes is None:
        return []
    answer = env.subsumes(a, b)
    return [] if answer is None else [answer]


def _subsumed_by(items: Items, env: Environment, other: Items) -> Items:
    return _subsumes(other, env, items)


def _html_checks(items: Items, env: Environment) -> Items:
    item = single(items)
    if item is None:
        return []
    if env.html_checks is not None and isinstance(item, Node):
        return [env.html_checks(item)]
    text = system_value(item)
    return [isinstance(text, str) and is_good_html(text)]


_BOOLEAN = "System.Boolean"

_FUNCTIONS: dict[str, Function] = {
    "extension": function(_extension, "items", returns="Extension"),
    "hasValue": function(has_value, returns=_BOOLEAN, single=True),
    "getValue": function(_get_value, single=True),
    "resolve": function(_resolve, returns="Resource"),
    "checkModifiers": function(_check_modifiers, "|" + " items" * 16, returns="input"),
    "memberOf": function(_member_of, "items", returns=_BOOLEAN, single=True),
    "subsumes": function(_subsumes, "items", returns=_BOOLEAN, single=True),
    "subsumedBy": function(_subsumed_by, "items", returns=_BOOLEAN, single=True),
    "htmlChecks": function(_html_checks, returns=_BOOLEAN, single=True),
}
