"""The element that a constraint starts from: the base's own, or the root of the profile it is constrained to.

https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.type
"""

from __future__ import annotations

from fhir_kernel.definitions.snapshot.sources import Sources, type_codes
from fhir_kernel.definitions.snapshot.tree import Node
from fhir_kernel.resource import Resource

_OWN_TO_BASE = ("isModifier", "isModifierReason", "isSummary", "slicing", "mapping", "alias", "comment", "requirements")
_OWN_TO_PROFILE = ("id", "path", "base", "type", "slicing", "sliceName", "constraint")


def starting_element(base: Node, said: Resource, sources: Sources) -> Resource:
    """The element to lay the differential over.

    An extension or a resource that gets a profile takes its cardinality, texts and constraints from the root of that
    profile.
    """
    profile = _new_profile(base.element, said)
    if profile is None:
        return base.element
    root = sources.root_element(profile)
    if root is None:
        return base.element
    if not {"Extension", "Resource"} & set(type_codes(base.element)):
        return base.element
    return _fill_out(root, base.element, is_extension=said["type"][0]["code"] == "Extension")


def _new_profile(base: Resource, said: Resource) -> str | None:
    types = said.get("type", ())
    if len(types) != 1 or not types[0].get("profile") or types[0]["code"] == "Reference":
        return None
    profile: str = types[0]["profile"][0]
    known = [known for entry in base.get("type", ())[:1] for known in entry.get("profile", ())[:1]]
    return profile if known != [profile] else None


def _fill_out(root: Resource, base: Resource, *, is_extension: bool) -> Resource:
    filled = {key: value for key, value in base.items() if key not in _OWN_TO_BASE}
    filled |= {key: value for key, value in root.items() if key not in _OWN_TO_PROFILE}
    if not is_extension:
        filled |= {key: base[key] for key in ("min", "max") if key in base}
    # %resource would mean another resource in the invariants of a profiled resource; the profile checks them itself
    own = root.get("constraint", []) if is_extension else []
    keys = {constraint["key"] for constraint in own}
    filled["constraint"] = [*own, *(c for c in base.get("constraint", ()) if c["key"] not in keys)]
    return filled
