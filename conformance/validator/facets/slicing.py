"""Slicing: which slice each value belongs to, how many a slice has, and in what order they stand.

https://hl7.org/fhir/R4/profiling.html#slicing
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.validator.conforming import issues_of
from conformance.validator.discriminator import values_at
from conformance.validator.facets.fixed import equals, fits
from conformance.validator.facets.primitives import shown
from conformance.validator.facets.terminology import is_member
from conformance.validator.path import At
from conformance.validator.plan import ElementPlan, SlicePlan, SlicingPlan, Test
from conformance.validator.run import Item, Run
from fhir_kernel.issues import Issue


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice with the function that checks a value of it."""

    plan: SlicePlan
    check: Callable[[Item, Run], None] | None
    inner: Slicing | None = None
    """How the values of the slice are sliced again."""


@dataclass(frozen=True, slots=True)
class Slicing:
    """A slicing made ready to run."""

    plan: SlicingPlan
    owner: ElementPlan
    slices: tuple[Slice, ...]


def slices(items: Sequence[Item], parent_at: At, slicing: Slicing, run: Run) -> None:
    """Sort `items`, all values of one element, into slices and check each slice."""
    members: list[list[Item]] = [[] for _ in slicing.slices]
    latest = -1
    unmatched: Item | None = None
    for item in items:
        matching = _slices_of(item, slicing, run)
        if not matching:
            if slicing.plan.rules == "closed":
                _unmatched(item, slicing, run)
            unmatched = unmatched or item
            continue
        found = matching[0]
        members[found].append(item)
        if len(matching) > 1:
            _ambiguous(item, matching, slicing, run)
            continue
        _check_order(item, found, latest, unmatched, slicing, run)
        latest = max(latest, found)
        check = slicing.slices[found].check
        if check is not None:
            check(item, run)
    for each, mine in zip(slicing.slices, members, strict=True):
        _check_count(each.plan, len(mine), parent_at, slicing, run)
        if each.inner is not None:
            slices(mine, parent_at, each.inner, run)


def _slices_of(item: Item, slicing: Slicing, run: Run) -> list[int]:
    """The slices that a value belongs to; more than one is a fault, none is left to the default slice."""
    found = [
        index
        for index, each in enumerate(slicing.slices)
        if not each.plan.is_default and each.plan.tests and all(passes(item, test, run) for test in each.plan.tests)
    ]
    return found or [index for index, each in enumerate(slicing.slices) if each.plan.is_default]


def _ambiguous(item: Item, matching: Sequence[int], slicing: Slicing, run: Run) -> None:
    names = ", ".join(slicing.slices[index].plan.name for index in matching)
    run.report("slicing.ambiguous", item.at, name=slicing.owner.name, found=names, **_facts(slicing))


def _facts(slicing: Slicing) -> dict[str, Any]:
    return {"profile": slicing.owner.profile, "element": slicing.owner.id, "rule": "slicing"}


def _unmatched(item: Item, slicing: Slicing, run: Run) -> None:
    names = "; ".join(f"{each.plan.name} ({spelt(each.plan.tests)})" for each in slicing.slices)
    paths = dict.fromkeys(test.path for each in slicing.slices for test in each.plan.tests)
    found = ", ".join(f"{path} is {_spelt_values(values_at(item, path, run))}" for path in paths)
    told = {"name": slicing.owner.name, "expected": names, "found": found}
    run.report("slicing.unmatched", item.at, nested=tuple(_reasons(item, slicing, run)), **told, **_facts(slicing))


def _reasons(item: Item, slicing: Slicing, run: Run) -> Iterator[Issue]:
    """Why the value is in no slice that is told by a profile: what keeps it from conforming."""
    for each in slicing.slices:
        for test in each.plan.tests:
            for value in values_at(item, test.path, run) if test.kind == "profile" else ():
                for profile in test.profiles:
                    yield from [issue for issue in issues_of(value, profile, run) if issue.is_error][:2]


def _spelt_values(items: Sequence[Item]) -> str:
    if not items:
        return "absent"
    return " / ".join(repr(shown(each.value)) if isinstance(each.value, str) else each.type for each in items[:3])


def _check_order(item: Item, found: int, latest: int, unmatched: Item | None, slicing: Slicing, run: Run) -> None:
    name, slice_name = slicing.owner.name, slicing.slices[found].plan.name
    if slicing.plan.is_ordered and found < latest:
        before = slicing.slices[latest].plan.name
        run.report("slicing.order", item.at, name=name, slice=slice_name, found=before, **_facts(slicing))
    if slicing.plan.rules == "openAtEnd" and unmatched is not None:
        run.report("slicing.not-at-end", unmatched.at, name=name, slice=slice_name, **_facts(slicing))


def _check_count(plan: SlicePlan, count: int, parent_at: At, slicing: Slicing, run: Run) -> None:
    element = plan.element
    if not plan.tests and not plan.is_default and (element.min or 0) > 0:
        facts = _facts(slicing) | {"element": element.id}
        test = ", ".join(slicing.plan.discriminators)
        run.report("slicing.undecidable", parent_at, name=element.name, slice=plan.name, test=test, **facts)
        return
    facts = {"profile": element.profile, "element": element.id, "rule": f"slice {plan.name}"}
    if element.min is not None and count < element.min:
        test = spelt(plan.tests)
        run.report(
            "slicing.min",
            parent_at,
            name=element.name,
            slice=plan.name,
            found=count,
            expected=element.min,
            test=test,
            **facts,
        )
    if element.max is not None and count > element.max:
        run.report(
            "slicing.max", parent_at, name=element.name, slice=plan.name, found=count, expected=element.max, **facts
        )


def passes(item: Item, test: Test, run: Run) -> bool:
    """Whether the values at the test's path within `item` are those by which a slice is told."""
    found = values_at(item, test.path, run)
    if test.kind == "exists":
        return bool(found) is test.exists
    if test.kind == "type":
        return any(_of_type(each, test, run) for each in found)
    if test.kind == "profile":
        return any(_conforms(each, test, run) for each in found)
    return any(_has_value(each, test, run) for each in found)


def _of_type(item: Item, test: Test, run: Run) -> bool:
    return any(item.type == kind or run.shared.model.is_a(item.type, kind) for kind in test.types)


def _conforms(item: Item, test: Test, run: Run) -> bool:
    return any(not _errors(item, profile, run) for profile in test.profiles)


def _errors(item: Item, profile: str, run: Run) -> bool:
    return any(issue.is_error for issue in issues_of(item, profile, run))


def _has_value(item: Item, test: Test, run: Run) -> bool:
    if not all(equals(item.value, value) for value in test.fixed):
        return False
    if not all(fits(item.value, pattern) for pattern in test.patterns):
        return False
    if test.types and not _of_type(item, test, run):
        return False
    return all(is_member(item.value, item.type, binding.value_set, run) for binding in test.bindings)


def spelt(tests: Sequence[Test]) -> str:
    """How a slice is told, for a person: `system = 'http://…'`."""
    return " and ".join(_spelt_one(test) for test in tests) or "no discriminator"


def _spelt_one(test: Test) -> str:
    if test.kind == "exists":
        return f"{test.path} {'exists' if test.exists else 'does not exist'}"
    if test.kind == "type":
        return f"type of {test.path} is {' or '.join(test.types)}"
    if test.kind == "profile":
        return f"{test.path} conforms to {' or '.join(test.profiles)}"
    wanted = [repr(value) for value in (*test.fixed, *test.patterns)]
    wanted += [f"a code of {binding.value_set}" for binding in test.bindings]
    return f"{test.path} = {' and '.join(wanted)}"
