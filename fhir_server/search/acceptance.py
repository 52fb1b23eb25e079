"""Whether an active SearchParameter can be searched by here; what could not is refused when it is written.

https://hl7.org/fhir/R4/searchparameter.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource
from fhir_server.search.definitions import TYPES, SearchDefinition
from fhir_server.search.index import SearchIndex

TYPE = "SearchParameter"
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_OF_A_TYPE = re.compile(r"[A-Z]\w*\.")
_SEARCHED = TYPES - {"special"}
_KEPT = ("url", "code", "type", "base", "expression", "target", "component", "description", "experimental")


def is_active(resource: Resource) -> bool:
    """Whether a SearchParameter is to be searched by."""
    return bool(resource.get("status") == "active")


def reduced(resource: Resource) -> Resource:
    """Of a SearchParameter, what searches need."""
    return {name: resource[name] for name in _KEPT if name in resource}


def problems(index: SearchIndex, resource_id: str, resource: Resource) -> list[Issue]:
    """Why an active SearchParameter cannot be searched by; `resource_id` is what it is to be stored under."""
    wrong = list(_of_its_own(index, resource))
    if wrong:
        return wrong
    others = {name: each for name, each in index.own.items() if name != resource_id}
    same = next((f"{TYPE}/{name}" for name, each in others.items() if each.get("url") == resource.get("url")), None)
    if same is not None:
        return [issue("searching.same-url", f"{TYPE}.url", found=resource.get("url"), other=same)]
    definition = index.define(resource)
    if definition is None:
        return list(_unknown_parts(index, resource))
    return list(_of_use(index, resource, definition)) or list(_collisions(index, others, resource, definition))


def affected(before: Mapping[str, Resource], after: Mapping[str, Resource]) -> set[str]:
    """The ids of what is added, changed or taken away, and of composites, of which that may be a part."""
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    return changed | {name for name, row in after.items() if row.get("type") == "composite"}


def problems_after(index: SearchIndex, before: Mapping[str, Resource], after: Mapping[str, Resource]) -> list[Issue]:
    """Why a store cannot add the SearchParameters `after`, where it added those of `before`; both are by their ids."""
    trial, names = index.trial(after), sorted(affected(before, after) & after.keys())
    return [each for name in names for each in problems(trial, name, after[name])]


def replaced(own: Mapping[str, Resource], resource_id: str, resource: Resource | None) -> Mapping[str, Resource]:
    """What a store adds once a SearchParameter is written, or deleted (None)."""
    others = {name: each for name, each in own.items() if name != resource_id}
    if resource is None or not is_active(resource):
        return others
    return {**others, resource_id: reduced(resource)}


def _of_its_own(index: SearchIndex, resource: Resource) -> Iterator[Issue]:
    kind, code = resource.get("type"), str(resource.get("code", ""))
    if kind not in _SEARCHED:
        yield issue("searching.type", f"{TYPE}.type", found=kind, expected=", ".join(sorted(_SEARCHED)))
    if not _CODE.fullmatch(code) and code not in _given_codes(index, resource):
        yield issue("searching.code", f"{TYPE}.code", found=code)
    for at, base in enumerate(resource.get("base", ())):
        if not any(index.types_below(base)):
            yield issue("searching.base", f"{TYPE}.base[{at}]", found=base)
    if not resource.get("expression"):
        yield issue("searching.no-expression", TYPE)


def _given_codes(index: SearchIndex, resource: Resource) -> set[str]:
    """The codes that FHIR and packages define for the base types, such as `_tag`."""
    return {code for base in resource.get("base", ()) for code in index.given.get(base, ())}


def _unknown_parts(index: SearchIndex, resource: Resource) -> Iterator[Issue]:
    if not resource.get("component"):
        yield issue("searching.component", TYPE, found="")
    for at, part in enumerate(resource.get("component", ())):
        found = str(part.get("definition", ""))
        if index.define({**resource, "component": [part]}) is None:
            yield issue("searching.component", f"{TYPE}.component[{at}].definition", found=found)


def _of_use(index: SearchIndex, resource: Resource, definition: SearchDefinition) -> Iterator[Issue]:
    fault = index.unusable(definition)
    if fault is not None:
        yield issue("searching.expression", f"{TYPE}.expression", found=definition.expression, reason=str(fault))
        return
    for at, base in enumerate(resource.get("base", ())):
        if not any(index.reaches(each, definition) for each in index.types_below(base)):
            where, told = f"{TYPE}.base[{at}]", definition.expression
            yield issue("searching.leads-nowhere", where, found=told, base=base, type=definition.type)


def _collisions(
    index: SearchIndex, others: Mapping[str, Resource], resource: Resource, definition: SearchDefinition
) -> Iterator[Issue]:
    """Other parameters of the same code on a base type, unless FHIR, or a package, defines the very same."""
    code, without = definition.code, index.trial(others)
    for at, base in enumerate(resource.get("base", ())):
        for each in without.types_below(base):
            there = without.parameters(each).get(code)
            if there is not None and not _is_same(there, definition, each):
                owner = next(
                    (f"{TYPE}/{name}" for name, row in others.items() if row.get("url") == there.url), there.url
                )
                yield issue("searching.collision", f"{TYPE}.base[{at}]", base=each, code=code, other=owner)
                break


def _is_same(there: SearchDefinition, new: SearchDefinition, resource_type: str) -> bool:
    return (
        there.type == new.type
        and _alternatives(there.expression, resource_type) == _alternatives(new.expression, resource_type)
        and [each.expression for each in there.components] == [each.expression for each in new.components]
    )


def _alternatives(expression: str, resource_type: str) -> set[str]:
    """What an expression selects in a type: FHIR's own are about many types at once."""
    parts = {re.sub(r"\s+", "", each) for each in expression.split("|")}
    common = (f"{resource_type}.", "Resource.", "DomainResource.")
    return {each for each in parts if not _OF_A_TYPE.match(each) or each.startswith(common)}
