"""Which types an element may have, and which profiles its values and targets must conform to."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.validator.conforming import conform, issues_of
from conformance.validator.facets.references import target_of
from conformance.validator.plan import ElementPlan, TypeChoice
from conformance.validator.reference_forms import target_type
from conformance.validator.run import Item, Run
from conformance.validator.walk import enter_target, place_of
from fhir_kernel.issues import Issue

_ANYTHING = ("Resource", "DomainResource", "Element", "BackboneElement")


def type_allowed(item: Item, plan: ElementPlan, run: Run) -> bool:
    """Check the type of `item` and the profiles of that type; False where the type itself is wrong."""
    choices = [choice for choice in plan.types or () if _is(item.type, choice.code, run)]
    if not choices:
        expected = " | ".join(choice.code for choice in plan.types or ())
        facts = {"profile": plan.profile, "element": plan.id, "rule": "type"}
        run.report("type.not-allowed", item.at, name=plan.name, found=item.type, expected=expected, **facts)
        return False
    profiles = list(dict.fromkeys(p for choice in choices for p in choice.profiles))
    if profiles and all(choice.profiles for choice in choices):
        conform_to_any(item, profiles, plan, run)
    for choice in choices:
        if choice.targets or choice.aggregation:
            _target(item, choice, plan, run)
    return True


def _is(found: str, allowed: str, run: Run) -> bool:
    return found == allowed or allowed in _ANYTHING or run.shared.model.is_a(found, allowed)


def conform_to_any(item: Item, profiles: Sequence[str], plan: ElementPlan, run: Run) -> None:
    """The value conforms to one of `profiles`; with one only, its issues are the value's own."""
    if len(profiles) == 1:
        conform(item, profiles[0], run)
        return
    reasons: list[Issue] = []
    for profile in profiles:
        issues = issues_of(item, profile, run)
        if not any(each.is_error for each in issues):
            run.found.extend(issues)
            return
        reasons += [each for each in issues if each.is_error][:2]
    facts = {"profile": plan.profile, "element": plan.id, "rule": "type", "nested": tuple(reasons)}
    run.report("type.no-profile-fits", item.at, expected=", ".join(profiles), **facts)


_AGGREGATION = {"contained": "contained", "container": "contained", "bundled": "bundled", "referenced": "referenced"}


def _target(item: Item, choice: TypeChoice, plan: ElementPlan, run: Run) -> None:
    """The target of a reference is of a type, or conforms to a profile, that `choice` names."""
    text = item.holder.get("reference")
    if choice.code != "Reference" or not isinstance(text, str):
        return
    found = target_of(text, run)
    kind = _AGGREGATION[found.kind] if found is not None else "referenced"
    facts = {"profile": plan.profile, "element": plan.id}
    if choice.aggregation and kind not in choice.aggregation:
        expected = " or ".join(choice.aggregation)
        run.report(
            "reference.aggregation", item.at, reference=text, found=kind, expected=expected, rule="aggregation", **facts
        )
    if found is None or not choice.targets:
        _unfound(item, text, choice, plan, run)
        return
    enter_target(found, item.at, run)
    target = Item(found.resource, str(found.resource.get("resourceType")), place_of(found, item.at, run))
    reasons: list[Issue] = []
    for profile in choice.targets:
        issues = issues_of(target, profile, run)
        if not any(each.is_error for each in issues):
            return
        reasons += [each for each in issues if each.is_error][:2]
    run.report(
        "reference.no-profile-fits",
        item.at,
        reference=text,
        expected=", ".join(choice.targets),
        rule="targetProfile",
        nested=tuple(reasons),
        **facts,
    )


def _unfound(item: Item, text: str, choice: TypeChoice, plan: ElementPlan, run: Run) -> None:
    """What can be said of a target that is not at hand: the type that its reference names."""
    kind = target_type(text)
    allowed = [run.shared.type_of_profile(profile) for profile in choice.targets]
    if kind is None or not allowed or None in allowed:
        return
    if not any(_is(kind, str(each), run) for each in allowed):
        facts = {"profile": plan.profile, "element": plan.id, "rule": "targetProfile"}
        run.report(
            "reference.wrong-type-named",
            item.at,
            found=kind,
            expected=", ".join(choice.targets),
            reference=text,
            **facts,
        )
