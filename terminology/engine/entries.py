"""One code of an expansion as `ValueSet.expansion.contains` (https://hl7.org/fhir/R4/valueset-definitions.html).

R4 has no properties in expansions; they travel in the extensions that FHIR defines for R5's elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.block import Block
from terminology.engine.designations import (
    STANDARDS_STATUS,
    Designation,
    included_designations,
    preferred,
)
from terminology.engine.edition import (
    STATUS_PROPERTY,
    Ref,
    extensions_of,
    is_deprecated,
    properties_of,
    status_of,
    url_of,
    version_of,
)
from terminology.engine.options import Options, parameter_value

PROPERTY_DEFINITION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.property"
PROPERTY_VALUE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property"
_STANDARD = "http://hl7.org/fhir/StructureDefinition/"
_CONCEPT = "http://hl7.org/fhir/concept-properties#"
_LANGUAGES = "urn:ietf:bcp:47"
_AS_PROPERTY = {
    _STANDARD + "codesystem-label": ("label", _CONCEPT + "label", "valueString"),
    _STANDARD + "valueset-label": ("label", _CONCEPT + "label", "valueString"),
    _STANDARD + "codesystem-conceptOrder": ("order", _CONCEPT + "order", "valueDecimal"),
    _STANDARD + "valueset-conceptOrder": ("order", _CONCEPT + "order", "valueDecimal"),
    _STANDARD + "itemWeight": ("weight", _CONCEPT + "itemWeight", "valueDecimal"),
    STANDARDS_STATUS: ("status", STATUS_PROPERTY, "valueCode"),
}
"""Extensions of a concept that an expansion gives as properties: code, URI, type."""
_KEPT = frozenset({_STANDARD + "coding-sctdescid", _STANDARD + "rendering-style", _STANDARD + "rendering-xhtml"})
_KEPT_OF_SYSTEM = _KEPT | {_STANDARD + "codesystem-alternate"}
_KEPT_OF_VALUE_SET = _KEPT | {
    _STANDARD + "valueset-supplement",
    _STANDARD + "valueset-deprecated",
    _STANDARD + "valueset-concept-definition",
    STANDARDS_STATUS,
}


class Entries:
    """Writes the entries of one expansion; `properties` are those that were used, code to URI."""

    def __init__(self, options: Options, value_set: Resource, *, by_version: bool) -> None:
        self._options, self._value_set, self._by_version = options, value_set, by_version
        self.properties: dict[str, str | None] = {}

    def entry(self, block: Block, ref: Ref) -> Resource:
        """The code `ref` of a block."""
        edition = block.edition
        made: Resource = {"system": url_of(edition)}
        if self._by_version and (version := version_of(edition)) is not None:
            made["version"] = version
        made["code"] = edition.code(ref)
        if edition.is_abstract(ref):
            made["abstract"] = True
        if edition.is_inactive(ref):
            made["inactive"] = True
        self._name(made, block, ref)
        extensions = [*self._kept(block, ref), *self._properties(block, ref)]
        return {"extension": extensions, **made} if extensions else made

    def definitions(self) -> list[Resource]:
        """The extensions on the expansion that declare the properties used."""
        return [
            {
                "url": PROPERTY_DEFINITION,
                "extension": [
                    {"url": "code", "valueCode": code},
                    *([{"url": "uri", "valueUri": uri}] if uri else []),
                ],
            }
            for code, uri in self.properties.items()
        ]

    def _name(self, made: Resource, block: Block, ref: Ref) -> None:
        language = self._value_set.get("language")
        names = (*block.edition.names(ref), *included_designations(block.rows.get(ref, {}), language))
        shown = preferred(names, self._options.languages)
        if shown is not None:
            made["display"] = shown.value
        if self._options.flag("includeDesignations"):
            others = [each.as_resource() for each in names if each is not shown and self._is_wanted(made, each)]
            if others:
                made["designation"] = others

    def _is_wanted(self, made: Resource, name: Designation) -> bool:
        wanted = self._options.designations
        if wanted and not any(_is_meant(name, each) for each in wanted):
            return False
        is_plain = name.language is None and name.use is None and not self._value_set.get("language")
        return not (is_plain and name.value == made.get("display"))

    def _kept(self, block: Block, ref: Ref) -> Iterator[Resource]:
        for each in extensions_of(block.edition, ref):
            if each.get("url") in _KEPT_OF_SYSTEM:
                yield each
        for each in block.rows.get(ref, {}).get("extension", ()):
            if each.get("url") in _KEPT_OF_VALUE_SET:
                yield each

    def _properties(self, block: Block, ref: Ref) -> list[Resource]:
        found: dict[tuple[str, int], tuple[str, Any]] = {}
        for name, uri, type_, value in self._single(block, ref):
            self.properties.setdefault(name, uri)
            found[name, 0] = (type_, value)
        for index, (name, own_uri, type_, value) in enumerate(self._repeating(block, ref), start=1):
            self.properties.setdefault(name, own_uri)
            if (type_, value) not in (held for (held_name, _), held in found.items() if held_name == name):
                found[name, index] = (type_, value)
        return [_property(name, type_, value) for (name, _), (type_, value) in found.items()]

    def _single(self, block: Block, ref: Ref) -> Iterator[tuple[str, str, str, Any]]:
        """Properties of which a concept has one: the last that is said wins."""
        status = status_of(block.edition, ref)
        if status and status.lower() != "active":
            yield "status", STATUS_PROPERTY, "valueCode", status
        elif not status and is_deprecated(block.edition, ref):
            yield "status", STATUS_PROPERTY, "valueCode", "deprecated"
        own = extensions_of(block.edition, ref)
        listed = block.rows.get(ref, {}).get("extension", ())
        for each in (*own, *(each for each in listed if each.get("url") != STANDARDS_STATUS)):
            if each.get("url") in _AS_PROPERTY:
                code, uri, type_ = _AS_PROPERTY[each["url"]]
                yield code, uri, type_, parameter_value(each)
        definition = block.edition.concept(ref).get("definition")
        if definition and "definition" in self._options.properties:
            yield "definition", _CONCEPT + "definition", "valueString", definition

    def _repeating(self, block: Block, ref: Ref) -> Iterator[tuple[str, str | None, str, Any]]:
        """Properties of the code system that were asked for by name, or all by `*`."""
        wanted = self._options.properties
        if not wanted:
            return
        for each, uri in properties_of(block.edition, ref):
            if "*" in wanted or each.get("code") in wanted:
                type_ = next((key for key in each if key.startswith("value")), "")
                if type_:
                    yield each.get("code", ""), uri, type_, each[type_]


def _is_meant(name: Designation, wanted: str) -> bool:
    """Whether a `designation` parameter, `system|code` of a use or of a language, means this name."""
    system, _, code = wanted.partition("|")
    if name.use is not None and (name.use.get("system"), name.use.get("code")) == (system, code):
        return True
    return system == _LANGUAGES and name.language == code


def _property(code: str, type_: str, value: Any) -> Resource:
    return {
        "url": PROPERTY_VALUE,
        "extension": [{"url": "code", "valueCode": code}, {"url": "value", type_: value}],
    }
