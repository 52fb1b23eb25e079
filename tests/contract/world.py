"""What the tests of stores write, in few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from fhir_kernel.store.base import Store
from fhir_kernel.store.criteria import Criterion, Query
from fhir_kernel.store.records import Change, Key, Version
from fhir_kernel.store.values import NumberValue, QuantityValue, StringValue, TokenValue, Value

START = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
DAY = 86_400_000_000


def later(seconds: float) -> datetime:
    """A moment after START."""
    return START + timedelta(seconds=seconds)


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def change(key: str, number: int = 1, *, at: float = 0, **values: Value | Sequence[Value]) -> Change:
    """A version of `Type/id`, found by the values of its parameters."""
    type_, _, id_ = key.partition("/")
    body = f'{{"resourceType":"{type_}","id":"{id_}","meta":{{"versionId":"{number}"}}}}'.encode()
    version = Version(Key(type_, id_), number, later(at), "POST" if number == 1 else "PUT", body)
    return Change(version, with_values(values))


def with_values(values: Mapping[str, Value | Sequence[Value]]) -> Mapping[str, Sequence[Value]]:
    """Values by code; one alone may stand for a list of it."""
    return {code: list(each) if isinstance(each, (list, tuple)) else [each] for code, each in values.items()}


def deletion(key: str, number: int, *, at: float = 0) -> Change:
    """The end of a resource."""
    type_, _, id_ = key.partition("/")
    return Change(Version(Key(type_, id_), number, later(at), "DELETE", None))


async def put(store: Store, *changes: Change) -> None:
    """Write all in one commit."""

    async def work(transaction):
        await transaction.write(changes)

    await store.commit(work)


async def found(store: Store, types: str | Sequence[str], criterion: Criterion, **more) -> list[str]:
    """The ids of a page."""
    page = await store.search(Query((types,) if isinstance(types, str) else tuple(types), criterion, **more))
    return [key.id for key in page.keys]


def code(code: str, system: str = "", **more: str) -> TokenValue:
    return TokenValue(system, code, **more)


def text(written: str) -> StringValue:
    return StringValue(written.casefold(), written)


def number(written: str) -> NumberValue:
    """With the interval that its digits imply."""
    value = Decimal(written)
    half = Decimal((0, (5,), int(value.as_tuple().exponent) - 1))
    return NumberValue(value, value - half, value + half)


def quantity(written: str, unit: str = "", **more) -> QuantityValue:
    return QuantityValue(number(written), "http://unitsofmeasure.org", unit, unit, **more)
