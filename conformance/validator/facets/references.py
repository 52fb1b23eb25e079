"""References: their form, whether the target is there, and whether it is of a type that the element allows.

https://hl7.org/fhir/R4/references.html
"""

from __future__ import annotations

from typing import Any

from conformance.validator.facets.primitives import QUICK_NAMES, is_plain_text
from conformance.validator.path import At
from conformance.validator.reference_forms import Form, reference_form
from conformance.validator.references import Resolved, container_scope, matches, resolve
from conformance.validator.run import Run

_is_id = QUICK_NAMES["is_ID"]
_is_id = QUICK_NAMES["is_ID"]
_FOLLOWED = ("relative", "restful", "urn")


def plain_reference(value: Any, _at: At, run: Run) -> bool:
    """Whether a Reference is `Type/id` outside of any Bundle, with a display at the most: there is nothing to find."""
    if type(value) is not dict or run.place.scope.parent is not None or run.shared.follows:
        return False
    text = value.get("reference")
    if type(text) is not str:
        return False
    if len(value) != 1:
        display = value.get("display")
        if len(value) != 2 or type(display) is not str or not is_plain_text(display):
            return False
    head, _, rest = text.partition("/")
    return run.shared.resource_types[head] and _is_id(rest) is not None


def reference(value: dict[str, Any], at: At, run: Run) -> None:
    """Check the literal reference of a Reference, whatever it may point at."""
    text = value.get("reference")
    if not isinstance(text, str) or not text:
        return
    form = reference_form(text)
    if form.problem is not None:
        severity = "error" if _bundle_type(run) else None
        run.report(form.problem, (at, "reference", -1), severity=severity, found=text)
        return
    if form.kind == "conditional" and _bundle_type(run) not in ("", "transaction"):
        run.report("reference.conditional", (at, "reference", -1), found=text)
    if form.type is not None and not run.shared.resource_types[form.type]:
        run.report("reference.unknown-type", (at, "reference", -1), found=text, type=form.type)
    stated = value.get("type")
    if isinstance(stated, str) and form.type is not None and ":" not in stated and stated != form.type:
        run.report("reference.type-differs", at, found=text, stated=stated, type=form.type)
    _target(text, form, at, run)


def _target(text: str, form: Form, at: At, run: Run) -> None:
    """What is referred to is there: contained, in the Bundle, or with the resolver where references are followed."""
    said = len(run.found)
    if form.kind == "fragment":
        if text != "#" and resolve(text, run.place.scope) is None:
            run.report("reference.no-contained", (at, "reference", -1), found=text)
    elif run.place.scope.parent is not None:
        _check_bundle(text, at, run)
    is_followed = run.shared.follows and form.kind in _FOLLOWED
    if is_followed and len(run.found) == said and target_of(text, run) is None:
        run.report("reference.not-found", at, reference=text)


def _bundle_type(run: Run) -> str:
    """The type of the Bundle that holds the resource; empty where none does."""
    parent = container_scope(run.place.scope).parent
    is_bundle = parent is not None and parent.resource.get("resourceType") == "Bundle"
    return str(parent.resource.get("type")) if parent is not None and is_bundle else ""


def _check_bundle(text: str, at: At, run: Run) -> None:
    """Within a Bundle: no two entries may be meant, and a near miss is worth a word."""
    for scope, match in matches(text, run.place.scope):
        held = scope.index.held
        if len(match.exact) > 1:
            entries = ", ".join(held[index].path for index in match.exact)
            run.report("reference.ambiguous", at, found=text, count=len(match.exact), entries=entries)
        if match.exact:
            found, form = held[match.exact[0]], reference_form(text)
            kind = found.resource.get("resourceType")
            if form.kind == "relative" and kind != form.type:
                facts = {"target": f"{scope.path}.{found.path}", "type": kind, "expected": form.type}
                run.report("reference.wrong-target-type", at, found=text, **facts)
            return
        if match.near:
            near = held[match.near[0]]
            facts = {"entry": near.path, "full_url": near.full_url or "", "expected": match.url or text}
            run.report("reference.near-match", at, found=text, **facts)
            return
        if text.startswith("urn:") and scope.resource.get("type") in ("document", "message", "transaction"):
            run.report("reference.urn-not-in-bundle", at, found=text)
            return


def refer(value: Any, at: At, targets: tuple[str, ...], run: Run) -> None:
    """Check that a Reference points at one of the resource types `targets`."""
    text = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(text, str):
        stated = value.get("type") if isinstance(value, dict) else None
        if isinstance(stated, str) and ":" not in stated and not _fits(stated, targets, run):
            run.report(
                "reference.wrong-type", at, found=stated, expected=", ".join(targets), reference="Reference.type"
            )
        return
    head = text.partition("/")[0]
    if head in targets and run.place.scope.parent is None:
        return
    found = target_of(text, run)
    kind = found.resource.get("resourceType") if found is not None else reference_form(text).type
    if isinstance(kind, str) and run.shared.resource_types[kind] and not _fits(kind, targets, run):
        issue_id = "reference.wrong-type" if found is not None else "reference.wrong-type-named"
        run.report(issue_id, at, found=kind, expected=", ".join(targets), reference=text)


def _fits(kind: str, targets: tuple[str, ...], run: Run) -> bool:
    return any(run.shared.model.is_a(kind, target) for target in targets)


def canonical(value: Any, at: At, targets: tuple[str, ...], run: Run) -> None:
    """Check that a canonical is absolute and, where its definition is at hand, names one of the types `targets`."""
    if not isinstance(value, str) or not value or value[0] == "#":
        return
    level = run.shared.policy.relative_canonical
    if ":" not in value and level != "ignore":
        run.report("canonical.relative", at, severity=level, found=value)
    kind = run.shared.type_of_definition(value)
    if kind is not None and kind not in targets:
        run.report("canonical.wrong-type", at, found=value, type=kind, expected=", ".join(targets))


def target_of(text: str, run: Run) -> Resolved | None:
    """The target of a reference: local, or asked of the resolver where the policy says so."""
    return resolve(text, run.place.scope, run.fetch if run.shared.follows else None)
