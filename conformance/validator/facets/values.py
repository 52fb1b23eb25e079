"""Fixed and pattern values, lengths, and least and greatest values of an element in a profile.

https://hl7.org/fhir/R4/elementdefinition.html
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from conformance.validator.facets.fixed import Difference, fixed_differences, pattern_differences
from conformance.validator.facets.primitives import shown
from conformance.validator.path import At
from conformance.validator.plan import ElementPlan
from conformance.validator.run import Item, Run
from fhir_kernel.ucum import canonical as canonical_units


def fixed(item: Item, plan: ElementPlan, run: Run) -> None:
    """The value is exactly the fixed one."""
    for difference in fixed_differences(item.value, plan.fixed):
        _report(difference, item, plan, "value.fixed" if difference.expected is not None else "value.fixed-extra", run)


def pattern(item: Item, plan: ElementPlan, run: Run) -> None:
    """The value holds what the pattern holds."""
    for difference in pattern_differences(item.value, plan.pattern):
        _report(difference, item, plan, "value.pattern", run)


def _report(difference: Difference, item: Item, plan: ElementPlan, issue_id: str, run: Run) -> None:
    at: At = item.at
    for name, index in difference.steps:
        at = (at, name, index)
    run.report(
        issue_id,
        at,
        found=_spelt(difference.found),
        expected=_spelt(difference.expected),
        profile=plan.profile,
        element=plan.id,
        rule=issue_id.partition(".")[2],
    )


def _spelt(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(shown(value))
    if isinstance(value, Decimal):
        return str(shown(str(value)))
    return str(shown(json.dumps(value, ensure_ascii=False, default=str)))


def lengths(item: Item, plan: ElementPlan, run: Run) -> None:
    """maxLength, and minLength from its extension, count characters."""
    if not isinstance(item.value, str):
        return
    found = len(item.value)
    facts = {"profile": plan.profile, "element": plan.id}
    if plan.max_length is not None and found > plan.max_length:
        run.report("value.max-length", item.at, found=found, expected=plan.max_length, rule="maxLength", **facts)
    if plan.min_length is not None and found < plan.min_length:
        run.report("value.min-length", item.at, found=found, expected=plan.min_length, rule="minLength", **facts)


def bounds(item: Item, plan: ElementPlan, run: Run) -> None:
    """minValue[x] and maxValue[x]; a duration as bound of a date counts back from now (min) or on from now (max)."""
    facts = {"profile": plan.profile, "element": plan.id}
    for bound, wrong, issue_id, rule in (
        (plan.min_value, _less, "value.too-small", "minValue"),
        (plan.max_value, _more, "value.too-large", "maxValue"),
    ):
        if bound is None:
            continue
        pair = _comparable(item.value, bound, -1 if rule == "minValue" else 1, run)
        if pair is not None and wrong(*pair):
            run.report(issue_id, item.at, found=_spelt(item.value), expected=_spelt(bound), rule=rule, **facts)


def _less(found: Any, bound: Any) -> bool:
    return bool(found < bound)


def _more(found: Any, bound: Any) -> bool:
    return bool(found > bound)


def _comparable(value: Any, bound: Any, direction: int, run: Run) -> tuple[Any, Any] | None:
    """Both in a form that compares; None where they do not compare at all."""
    if isinstance(bound, dict):
        if isinstance(value, dict):
            return _quantities(value, bound)
        return _dates(value, _from_now(bound, direction, run.shared.now())) if isinstance(value, str) else None
    found, limit = _number(value), _number(bound)
    if found is not None and limit is not None:
        return found, limit
    return _dates(value, bound) if isinstance(value, str) and isinstance(bound, str) else None


def _quantities(value: dict[str, Any], bound: dict[str, Any]) -> tuple[Decimal, Decimal] | None:
    found, limit = _number(value.get("value")), _number(bound.get("value"))
    if found is None or limit is None:
        return None
    if value.get("code") == bound.get("code"):
        return found, limit
    left = canonical_units(found, str(value.get("code", "1")))
    right = canonical_units(limit, str(bound.get("code", "1")))
    return (left[0], right[0]) if left and right and left[1] == right[1] else None


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return Decimal(value) if is_number else None


_DURATIONS: dict[str, Callable[[float], timedelta]] = {
    "s": lambda n: timedelta(seconds=n),
    "min": lambda n: timedelta(minutes=n),
    "h": lambda n: timedelta(hours=n),
    "d": lambda n: timedelta(days=n),
    "wk": lambda n: timedelta(weeks=n),
    "mo": lambda n: timedelta(days=n * 30.4375),
    "a": lambda n: timedelta(days=n * 365.25),
}


_MONTHS = {"mo": 1, "a": 12}


def _from_now(duration: dict[str, Any], direction: int, now: datetime) -> str | None:
    code, amount = str(duration.get("code", "")), _number(duration.get("value"))
    if amount is None or code not in _DURATIONS:
        return None
    try:
        if code in _MONTHS and amount == int(amount):
            moved = _by_months(now, direction * int(amount) * _MONTHS[code])
        else:
            moved = now + direction * _DURATIONS[code](float(amount))
        return moved.astimezone(UTC).isoformat()
    except (OverflowError, ValueError):  # beyond the calendar
        return None


def _by_months(moment: datetime, months: int) -> datetime:
    """The same day so many months away, or the last of its month: a birthday is a day of the calendar."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _dates(value: str, bound: str | None) -> tuple[str, str] | None:
    """Both cut to the shorter precision, which compares as text; times with zones are brought to UTC."""
    if bound is None:
        return None
    left, right = _utc(value), _utc(bound)
    size = min(len(left), len(right))
    return left[:size], right[:size]


def _utc(text: str) -> str:
    if "T" not in text:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(UTC).isoformat() if moment.tzinfo else text
