"""Whether a value conforms to a profile: each pair is checked once, however often it is asked, and cycles end.

A value that is met again while it is being checked against the same profile is taken to conform, as a cycle of
references must be (https://hl7.org/fhir/R4/profiling.html#resource-reference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.validator.path import At
from conformance.validator.policy import Level
from conformance.validator.run import Item, Run
from fhir_kernel.errors import DefinitionError, UnknownDefinition
from fhir_kernel.issues import Issue

if TYPE_CHECKING:
    from conformance.validator.shared import CompiledProfile


def conform(item: Item, canonical: str, run: Run) -> None:
    """Report what keeps `item` from conforming to the profile `canonical`."""
    run.found.extend(issues_of(item, canonical, run))


def issues_of(item: Item, canonical: str, run: Run) -> list[Issue]:
    """What keeps `item` from conforming to `canonical`; an unknown or broken profile is such an issue itself."""
    key = (id(item.value), canonical)
    if isinstance(item.value, dict) and key in run.conforming:
        return run.conforming[key] or []
    run.conforming[key] = None
    before = run.trial()
    place = run.place
    if isinstance(item.value, dict) and id(item.value) in run.scopes:
        run.place = run.scopes[id(item.value)]
    _check(item, canonical, run)
    run.place = place
    found = run.end_trial(before)
    run.conforming[key] = found
    return found


def _check(item: Item, canonical: str, run: Run) -> None:
    compiled = usable(canonical, item.at, run, level="error")
    if compiled is None:
        return
    plan = compiled.plan
    if plan.type != item.type and not run.shared.model.is_a(item.type, plan.type):
        facts = {"url": plan.canonical, "expected": plan.type, "found": item.type, "profile": plan.canonical}
        run.report("profile.wrong-type", item.at, **facts)
        return
    compiled.check(item, run)


def usable(canonical: str, at: At, run: Run, *, level: Level) -> CompiledProfile | None:
    """The profile `canonical`; None where it is not known, which is reported at `level`, or does not compile."""
    found = run.shared.profile(canonical)
    if isinstance(found, UnknownDefinition):
        _report_unknown(canonical, at, run, level)
    elif isinstance(found, DefinitionError):
        run.report("profile.broken", at, url=canonical, reason=str(found))
    else:
        return found
    return None


def _report_unknown(canonical: str, at: At, run: Run, level: Level) -> None:
    other, near = run.shared.not_a_profile(canonical)
    if other is not None:
        run.report("profile.not-a-profile", at, url=canonical, found=other)
    elif level != "ignore":
        hint = f"; did you mean {near}?" if near else ""
        run.report("profile.unknown", at, url=canonical, near=hint, severity=level)
