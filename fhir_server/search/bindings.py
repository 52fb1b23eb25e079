"""The code systems of coded elements (https://hl7.org/fhir/R4/search.html#token: of a code, the system is implicit)."""

from __future__ import annotations

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.resource import Resource


class BoundSystems:
    """Tells the code system that an element is bound to, by definitions that are read when first needed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, dict[str, str]] = {}
        """By type, the canonicals of value sets by path of element."""

    def __call__(self, path: str) -> str:
        """The system of the element at `path`; empty where it is bound to none, or to codes of several systems."""
        owner = path.partition(".")[0]
        if not owner:
            return ""
        if owner not in self._known:
            self._known[owner] = self._value_sets(owner)
        canonical = self._known[owner].get(path)
        value_set = self._catalog.find(canonical, "ValueSet") if canonical else None
        return _only_system(value_set) if value_set is not None else ""

    def _value_sets(self, owner: str) -> dict[str, str]:
        elements = self._catalog.structure(owner)["snapshot"]["element"]
        return {each["path"]: each["binding"]["valueSet"] for each in elements if "valueSet" in each.get("binding", {})}


def _only_system(value_set: Resource) -> str:
    includes = value_set.get("compose", {}).get("include", ())
    systems = {str(each.get("system", "")) for each in includes}
    return systems.pop() if len(systems) == 1 and not any("valueSet" in each for each in includes) else ""
