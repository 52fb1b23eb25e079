"""What a call of $everything asks for (https://hl7.org/fhir/R4/patient-operation-everything.html)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fhir_kernel.definitions.model import Model
from fhir_kernel.store.criteria import DateTest
from fhir_kernel.store.records import Version
from fhir_server.operations.operation import Call, OperationLimits
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.search.context import nearest
from fhir_server.search.elements.intervals import interval, microseconds


@dataclass(frozen=True, slots=True)
class EverythingRequest:
    """`types` empty: all; `count` None: everything at once."""

    touching: tuple[DateTest, ...]
    """What a time of care must pass to be after `start` or before `end`, in part at least."""
    since: int | None
    """In microseconds since 1970."""
    types: frozenset[str]
    count: int | None
    page: str
    address: str
    """Of the call, without the page."""

    def wants(self, version: Version) -> bool:
        """Whether a resource is of a type and of an age that is asked for."""
        is_new = self.since is None or microseconds(version.updated) >= self.since
        return is_new and (not self.types or version.key.type in self.types)

    def link(self, page: str) -> str:
        """The address of a page."""
        if not page:
            return self.address
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode({'_page': page})}"


def read_request(call: Call, model: Model, limits: OperationLimits) -> EverythingRequest:
    """Raises RequestRefused, naming the parameter, what was found and what was expected."""
    start, end, since = _interval(call, "start"), _interval(call, "end"), _interval(call, "_since")
    if start is not None and end is not None and start[0] >= end[1]:
        raise refused(
            "value", f"'start' is {call.value('start')}, after 'end', {call.value('end')}; expected it before"
        )
    touching = [DateTest("gt", start[0], start[0])] if start is not None else []
    touching += [DateTest("lt", end[1], end[1])] if end is not None else []
    types, count = _types(call, model), _count(call, limits)
    asked = [(name, call.value(name)) for name in ("start", "end", "_since") if call.value(name) is not None]
    if types:
        asked.append(("_type", ",".join(sorted(types))))
    if count is not None:
        asked.append(("_count", str(count)))
    address = f"{call.base}/{call.key}/$everything{'?' if asked else ''}{urlencode(asked)}"
    page = str(call.value("_page") or "")
    return EverythingRequest(tuple(touching), since[0] if since else None, types, count, page, address)


def _interval(call: Call, name: str) -> tuple[int, int] | None:
    text = call.value(name)
    if text is None:
        return None
    found = interval(text)
    if found is None:
        form = "an instant such as 2024-01-31T10:00:00Z" if name == "_since" else "a date such as 2024-01-31"
        raise refused("value", f"'{name}' is '{text}'; expected {form}")
    return found


def _types(call: Call, model: Model) -> frozenset[str]:
    names: Sequence[str] = [name.strip() for text in call.values("_type") for name in str(text).split(",")]
    for name in names:
        if not model.is_resource(name):
            known = sorted(each for each in model.types if model.is_resource(each))
            raise refused("value", f"'_type' names '{name}'; expected types of resources{nearest(name, known)}")
    return frozenset(names)


def _count(call: Call, limits: OperationLimits) -> int | None:
    count = call.value("_count")
    if count is None:
        return None
    if not 1 <= count <= limits.largest_page:
        raise _wrong_count(count, limits)
    return int(count)


def _wrong_count(count: int, limits: OperationLimits) -> RequestRefused:
    return refused("value", f"'_count' is {count}; expected a whole number from 1 to {limits.largest_page}")
