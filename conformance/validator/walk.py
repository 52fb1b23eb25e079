"""One validation from end to end: walk every resource along its type, then the profiles, then the rules of its type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from conformance.validator.conforming import conform, issues_of, usable
from conformance.validator.facets.primitives import json_type
from conformance.validator.facets.terminology import is_member
from conformance.validator.imposed import imposed_profiles
from conformance.validator.path import At, render
from conformance.validator.references import Resolved, Scope, resolve
from conformance.validator.run import Item, Place, Run
from fhir_kernel.fhirpath import Environment, Node, node
from fhir_kernel.resource import Resource

_MAX_DEPTH = 200


def enter(resource: Any, at: At, run: Run, parent: Scope | None = None, full_url: str | None = None) -> None:
    """Check `resource` along its type, and remember its scope for what comes after.

    A contained resource has its container's resource as %rootResource.
    """
    if not isinstance(resource, dict):
        run.report("structure.not-an-object", at, found=json_type(resource), expected="Resource")
        return
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not run.shared.resource_types[kind]:
        _report_kind(resource, kind, at, run)
        return
    is_contained = parent is not None and len(at) == 3 and at[1] == "contained"
    container = parent.container if parent is not None and is_contained else resource
    scope = Scope(resource, container, render(at), parent, full_url)
    before = run.place if parent is not None else None
    run.place = run.scopes[id(resource)] = Place(scope, at)
    run.shared.check_type(kind)(resource, at, run)
    if before is not None:
        run.place = before


def _report_kind(resource: Resource, kind: Any, at: At, run: Run) -> None:
    if kind is None:
        run.report("structure.no-resource-type", at, found=", ".join(list(resource)[:5]) or "none")
        return
    names = [name for name in run.shared.model.types if run.shared.model.is_resource(name)]
    near = get_close_matches(str(kind), names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    run.report("structure.unknown-resource-type", at, found=str(kind), expected=hint)


def inner_resource(resource: Any, at: At, holder: dict[str, Any], run: Run) -> None:
    """A resource within a resource: contained, in a Bundle entry or in a parameter."""
    depth, parent = 0, run.place.scope
    while parent.parent is not None:
        depth, parent = depth + 1, parent.parent
    if depth > _MAX_DEPTH:
        run.report("structure.too-deep", at, expected=_MAX_DEPTH)
        return
    full_url = holder.get("fullUrl")
    enter(resource, at, run, run.place.scope, full_url if isinstance(full_url, str) else None)


def step_into(item: Item, run: Run) -> Place:
    """Make the resource that `item` is the current one; returns the place to go back to."""
    before = run.place
    run.place = run.scopes.get(id(item.value), before)
    return before


def environment_of(scope: Scope, run: Run) -> Environment:
    """What FHIRPath sees in the resource of `scope`."""
    shared = run.shared
    resource = node(scope.resource, scope.resource["resourceType"])
    root = resource if scope.container is scope.resource else node(scope.container, scope.container["resourceType"])

    def find(reference: str, origin: Node) -> Resource | None:
        fetch = run.fetch if shared.follows else None
        found = resolve(reference, scope, fetch, origin=origin.value)
        return found.resource if found is not None else None

    def conforms(focus: Node, profile: str) -> bool | None:
        return conforms_to(focus, profile, run)

    def member(focus: Node, value_set: str) -> bool | None:
        return is_member(focus.value, focus.type, value_set, run)

    return Environment(
        resource=resource, root_resource=root, resolve=find, conforms_to=conforms, member_of=member, now=shared.now()
    )


def conforms_to(focus: Node, profile: str, run: Run) -> bool | None:
    """FHIRPath's conformsTo(): None where the profile is not known."""
    if run.shared.type_of_profile(profile) is None:
        return None
    item = Item(focus.value, focus.type, (focus.type,), None)
    return not any(each.is_error for each in issues_of(item, profile, run))


def enter_target(found: Resolved, at: At, run: Run) -> None:
    """Give a reference's target from outside a scope of its own; its own faults are not this resource's."""
    if id(found.resource) in run.scopes:
        return
    before, place = run.trial(), run.place
    enter(found.resource, place_of(found, at, run), run)
    run.end_trial(before)
    run.place = place


def place_of(found: Resolved, at: At, run: Run) -> At:
    """The path of a reference's target: its own within this tree, that of the reference where it is from outside."""
    known = run.scopes.get(id(found.resource))
    if known is not None:
        return known.at
    return (found.path or f"{render(at)}.resolve()",)


def check_profiles(roots: Sequence[tuple[Item, str]], run: Run) -> None:
    """Check what meta.profile names in every resource, `roots`, and all that was put off."""
    for place in list(run.scopes.values()):
        run.place = place
        resource = place.scope.resource
        for profile in _stated_profiles(resource, place, run):
            conform(Item(resource, resource["resourceType"], place.at), profile, run)
    for item, profile in roots:
        run.place = run.scopes[id(item.value)]
        conform(item, profile, run)
    for item, profile, place in run.queue:
        run.place = place
        conform(item, profile, run)


def claims_of(resource: Resource, run: Run) -> list[str]:
    """The profiles that a resource states, and those that its code or a loaded guide imposes on it."""
    return [*_stated_in(resource), *_imposed_on(resource, run)]


def _stated_profiles(resource: Resource, place: Place, run: Run) -> Iterable[str]:
    apart = run.governed if resource is place.scope.container else ()
    for index, canonical in enumerate(_stated_in(resource)):
        at = ((place.at, "meta", -1), "profile", index)
        if canonical not in apart and usable(canonical, at, run, level=run.shared.policy.unknown_profile) is not None:
            yield canonical
    for canonical in _imposed_on(resource, run):
        if canonical not in apart:
            yield canonical


def _stated_in(resource: Resource) -> list[str]:
    meta = resource.get("meta")
    stated = meta.get("profile", ()) if isinstance(meta, dict) else ()
    return [each for each in stated if isinstance(each, str)] if isinstance(stated, list) else []


def _imposed_on(resource: Resource, run: Run) -> Iterable[str]:
    if run.shared.policy.imposed_profiles:
        yield from imposed_profiles(resource)
    yield from run.shared.global_profiles.get(resource["resourceType"], ())


def run_rules(run: Run) -> None:
    """Run the rules of each resource's type and of the types it derives from, where its JSON has the right shape."""
    for place in list(run.scopes.values()):
        resource = place.scope.resource
        if id(resource) in run.misshapen:
            continue
        run.place = place
        for rule in run.shared.rules(resource["resourceType"]):
            rule(resource, place.scope.path, run.context)
