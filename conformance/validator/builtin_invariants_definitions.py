"""The invariants of definitions other than StructureDefinition as Python: of those that come by the thousand.

https://hl7.org/fhir/R4/searchparameter.html#invs, https://hl7.org/fhir/R4/namingsystem.html#invs
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from conformance.validator.builtin_reading import Value, are_distinct, exists, rows

_NAME = re.compile(r"^[A-Z]([A-Za-z0-9_]){0,254}$")
_NAMED = (
    "adf cmd cpb cpd csd ees esc evd evi evv gdf ig lib mea msd nsd opd pdf que red rsd rvs sdf smp spd tcp tst vsd"
)
_ASSERTED = (
    "contentType",
    "expression",
    "headerField",
    "minimumId",
    "navigationLinks",
    "path",
    "requestMethod",
    "resource",
    "responseCode",
    "response",
    "validateProfileId",
)


def name_0(value: Value) -> bool:
    """A name, where there is one, is fit for an identifier in code."""
    name = value.get("name")
    return not isinstance(name, str) or _NAME.search(name) is not None


def spd_1(value: Value) -> bool:
    """An XPath needs its usage."""
    return not exists(value, "xpath") or exists(value, "xpathUsage")


def spd_2(value: Value) -> bool:
    """Chains only for references."""
    return value.get("type") == "reference" or not exists(value, "chain")


def nsd_1(value: Value) -> bool:
    """The root of a naming system has no UUID."""
    if exists(value, "kind") and value.get("kind") != "root":
        return True
    return all(exists(row, "type") and row.get("type") != "uuid" for row in rows(value, "uniqueId"))


def nsd_2(value: Value) -> bool:
    """One preferred identifier of each type."""
    return are_distinct([row for row in rows(value, "uniqueId") if row.get("preferred") is True], "type")


def que_1(value: Value) -> bool:
    """A group has items and a display has none."""
    kind = value.get("type")
    if kind is None:
        return "_type" in value
    return bool(value.get("item")) if kind == "group" else kind != "display" or not value.get("item")


def tst_5(value: Value) -> bool:
    """An assertion asserts one thing."""
    return bool(value.get("extension")) or sum(exists(value, name) for name in _ASSERTED) <= 1


DEFINITION_BUILTINS: Mapping[str, Callable[..., bool]] = MappingProxyType(
    {f"{stem}-0": name_0 for stem in _NAMED.split()}
    | {"nsd-1": nsd_1, "nsd-2": nsd_2, "que-1": que_1, "spd-1": spd_1, "spd-2": spd_2, "tst-5": tst_5}
)
"""By constraint key."""
