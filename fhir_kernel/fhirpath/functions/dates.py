"""The clock and the components of dates (https://hl7.org/fhirpath/N1/index.html#utility-functions)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function, scalar
from fhir_kernel.fhirpath.temporal import from_datetime
from fhir_kernel.fhirpath.values import Date, DateTime, Item, Items, Time


def _clock(env: Environment) -> datetime:
    if env.now is None:
        raise FhirPathEvaluationError("now(), today() and timeOfDay() need the environment's clock, which is not set")
    return env.now


def _now(_items: Items, env: Environment) -> Items:
    return [from_datetime(_clock(env))]


def _today(_items: Items, env: Environment) -> Items:
    return [Date(from_datetime(_clock(env)).parts[:3])]


def _time_of_day(_items: Items, env: Environment) -> Items:
    return [Time(from_datetime(_clock(env)).parts[3:])]


def _component(index: int) -> Callable[[Item], Item]:
    """The date's or time's component, counted from the year."""

    def run(value: Item) -> Item:
        at = index - 3 if isinstance(value, Time) else index
        return int(value.parts[at]) if 0 <= at < len(value.parts) else None

    return run


def _millisecond(value: Item) -> Item:
    second = value.parts[-1]
    if not isinstance(second, Decimal) or not second.as_tuple().exponent:
        return None
    return int(second % 1 * 1000)


def _offset(value: Item) -> Item:
    zone = value.zone if isinstance(value, DateTime) else None
    return None if zone is None else Decimal(zone) / 60


def _date_of(value: Item) -> Item:
    return None if isinstance(value, Time) else Date(value.parts[:3])


def _time_of(value: Item) -> Item:
    return Time(value.parts[3:]) if isinstance(value, DateTime) and len(value.parts) > 3 else None


_COMPONENTS = ("year", "month", "day", "hour", "minute", "second")
_INTEGER = "System.Integer"

FUNCTIONS: dict[str, Function] = {
    "now": function(_now, returns="System.DateTime", single=True),
    "today": function(_today, returns="System.Date", single=True),
    "timeOfDay": function(_time_of_day, returns="System.Time", single=True),
    **{f"{name}Of": scalar("Temporal", _component(index), returns=_INTEGER) for index, name in enumerate(_COMPONENTS)},
    "millisecondOf": scalar("Temporal", _millisecond, returns=_INTEGER),
    "timezoneOffsetOf": scalar("Temporal", _offset, returns="System.Decimal"),
    "dateOf": scalar("Temporal", _date_of, returns="System.Date"),
    "timeOf": scalar("Temporal", _time_of, returns="System.Time"),
}
