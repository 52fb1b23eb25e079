"""The types of FHIR R4 as flat tables: what fields a type has in JSON, of what type, in what order.

Made once from the StructureDefinitions of a package (https://hl7.org/fhir/R4/structuredefinition.html) and shared by
the codecs, FHIRPath and the validator. A type is named by its code (`Patient`, `HumanName`, `string`) or, for the
children of an inline element, by that element's path (`Patient.contact`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fhir_kernel.resource import Resource

_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_BACKBONES = ("BackboneElement", "Element")


@dataclass(frozen=True, slots=True)
class Field:
    """One JSON property of a type. A choice element has a field per type: `valueQuantity`, `valueString` …"""

    name: str
    """The JSON property: `valueQuantity`."""
    element: str
    """The element's name without `[x]`: `value`."""
    type: str
    """The key of its type in `Model.types`; `Resource` for contained resources."""
    is_list: bool
    is_choice: bool
    is_primitive: bool
    """Whether the JSON value is a primitive, so that `_name` may hold its id and extensions."""
    order: int
    """Its place in the type's sequence, as XML wants it."""
    is_xml_attribute: bool


@dataclass(frozen=True, slots=True)
class TypeSchema:
    """One type: a resource, a datatype, a primitive or the children of an inline element."""

    name: str
    base: str | None
    kind: str
    """`resource`, `complex-type`, `primitive-type` or `backbone`."""
    is_abstract: bool
    fields: Mapping[str, Field]
    """By JSON property name, in specification order; inherited ones included."""
    choices: Mapping[str, tuple[Field, ...]]
    """By element name without `[x]`."""


@dataclass(frozen=True, slots=True)
class Model:
    """All types of a FHIR version."""

    types: Mapping[str, TypeSchema]

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether type `name` is `ancestor` or derived from it (`Patient` is a `DomainResource`)."""
        current: str | None = name
        while current is not None:
            if current == ancestor:
                return True
            schema = self.types.get(current)
            current = schema.base if schema else None
        return False

    def is_resource(self, name: str) -> bool:
        """Whether `name` is a concrete resource type."""
        schema = self.types.get(name)
        return schema is not None and schema.kind == "resource" and not schema.is_abstract


def build_model(structures: Iterable[Resource]) -> Model:
    """The model of all specializations among `structures`; each needs its snapshot. Profiles are passed over."""
    definitions = {sd["type"]: sd for sd in structures if _defines_type(sd)}
    types: dict[str, TypeSchema] = {}
    for definition in definitions.values():
        for schema in _schemas_of(definition, definitions):
            types[schema.name] = schema
    return Model(types)


def is_profile(structure: Resource) -> bool:
    """Whether a StructureDefinition constrains a type: it says so, or it "specializes" a type under its own name."""
    base = str(structure.get("baseDefinition", "")).rpartition("/")[2]
    return structure.get("derivation") == "constraint" or base == structure["type"]


def _defines_type(structure: Resource) -> bool:
    return not is_profile(structure) and structure.get("kind") != "logical"


def _schemas_of(definition: Resource, definitions: Mapping[str, Resource]) -> Iterable[TypeSchema]:
    elements = definition["snapshot"]["element"]
    name = definition["type"]
    parents = {path.rpartition(".")[0] for path in (element["path"] for element in elements)}
    for owner in (element for element in elements if element["path"] in parents):
        path = owner["path"]
        rows = [e for e in elements if e["path"].startswith(path + ".") and "." not in e["path"][len(path) + 1 :]]
        fields = {f.name: f for order, row in enumerate(rows) for f in _fields_of(row, order, definitions)}
        choices: dict[str, tuple[Field, ...]] = {}
        for each in fields.values():
            if each.is_choice:
                choices[each.element] = (*choices.get(each.element, ()), each)
        if path == name:
            base = definition.get("baseDefinition", "").rpartition("/")[2] or None
            yield TypeSchema(name, base, definition["kind"], bool(definition.get("abstract")), fields, choices)
        else:
            yield TypeSchema(path, owner["type"][0]["code"], "backbone", False, fields, choices)
    if name not in parents:
        base = definition.get("baseDefinition", "").rpartition("/")[2] or None
        yield TypeSchema(name, base, definition["kind"], bool(definition.get("abstract")), {}, {})


def _fields_of(row: Resource, order: int, definitions: Mapping[str, Resource]) -> Iterable[Field]:
    element = row["path"].rpartition(".")[2]
    is_list = row["base"]["max"] not in ("0", "1")
    is_attribute = "xmlAttr" in row.get("representation", ())
    if "contentReference" in row:
        target = row["contentReference"].partition("#")[2]
        yield Field(element, element, target, is_list, False, False, order, is_attribute)
        return
    is_choice = element.endswith("[x]")
    element = element.removesuffix("[x]")
    for entry in row.get("type", ()):
        code = "id" if row["base"]["path"] == "Resource.id" else _type_code(entry)
        inline = code in _BACKBONES and element != "extension"
        kind = definitions.get(code, {}).get("kind")
        is_primitive = kind == "primitive-type" or code.startswith("System.")
        name = element + code[:1].upper() + code[1:] if is_choice else element
        yield Field(
            name, element, row["path"] if inline else code, is_list, is_choice, is_primitive, order, is_attribute
        )


def _type_code(entry: Resource) -> str:
    """`string` for `Element.id` and `uri` for `Extension.url`, which R4 types as System.String with an extension."""
    code: str = entry["code"]
    if not code.startswith(_SYSTEM):
        return code
    for extension in entry.get("extension", ()):
        if extension["url"] == _FHIR_TYPE:
            return str(extension["valueUrl"])
    return "System." + code.removeprefix(_SYSTEM)
