"""Which elements a type of parameter takes, and how (https://hl7.org/fhir/R4/search.html#ptypes)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fhir_kernel.definitions.model import Model
from fhir_kernel.store.values import Value
from fhir_server.search.definitions import ParameterType
from fhir_server.search.elements import dates, quantities, references, strings, tokens

Extract = Callable[[Any, list[Value]], None]
"""Appends the values of one element; nothing where it is not of the form that its type has."""

_QUANTITIES = ("Quantity", "Age", "Count", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity")
TEXTS = ("string", "markdown", "code", "id", "uri", "url", "canonical", "oid", "uuid")
_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")

_TABLE: Mapping[str, Mapping[str, Extract]] = MappingProxyType(
    {
        "number": {
            **dict.fromkeys(_NUMBERS, quantities.of_number),
            **dict.fromkeys(_QUANTITIES, quantities.of_quantity_as_number),
            "Range": quantities.of_range_as_number,
        },
        "quantity": {
            **dict.fromkeys(_QUANTITIES, quantities.of_quantity),
            "Range": quantities.of_range,
            "Money": quantities.of_money,
            "SampledData": quantities.of_sampled_data,
        },
        "date": {
            **dict.fromkeys(("date", "dateTime", "instant"), dates.of_date),
            "Period": dates.of_period,
            "Timing": dates.of_timing,
        },
        "string": {
            **dict.fromkeys(TEXTS, strings.of_string),
            "HumanName": strings.of_human_name,
            "Address": strings.of_address,
            "ContactPoint": strings.of_contact_point,
            "Identifier": strings.of_contact_point,
            "CodeableConcept": strings.of_codeable_concept,
            "Annotation": strings.of_annotation,
        },
        "uri": {
            **dict.fromkeys(("uri", "url", "oid", "uuid", "string"), strings.of_uri),
            "canonical": strings.of_canonical_as_uri,
        },
        "token": {
            **dict.fromkeys(("integer", "positiveInt", "unsignedInt"), tokens.of_integer),
            "Coding": tokens.of_coding,
            "CodeableConcept": tokens.of_codeable_concept,
            "Identifier": tokens.of_identifier,
            "ContactPoint": tokens.of_contact_point,
            "boolean": tokens.of_boolean,
        },
        "special": {"Location.position": quantities.of_position},
    }
)


@dataclass(frozen=True, slots=True)
class Extractors:
    """Chooses extractors."""

    model: Model
    read: references.Read
    """Reads references."""
    system_of: Callable[[str], str]
    """The code system that an element such as `Patient.gender` is bound to; empty where there is none or several."""

    def choose(self, parameter: ParameterType, element_type: str, path: str) -> Extract | None:
        """How values of the parameter are made of elements of this type; None where none can be."""
        if element_type == "Extension":
            return self._of_extension(parameter)
        if parameter == "reference":
            return self._of_reference(element_type)
        if parameter == "token" and element_type in TEXTS:
            return tokens.of_code(self.system_of(path) if element_type == "code" else "")
        return _TABLE[parameter].get(element_type)

    def _of_reference(self, element_type: str) -> Extract | None:
        if element_type == "Reference":
            return references.of_reference(self.read)
        if element_type in TEXTS:
            return references.of_canonical(self.read)
        return references.of_resource if element_type == "Resource" or self.model.is_resource(element_type) else None

    def _of_extension(self, parameter: ParameterType) -> Extract:
        fields = [each for each in self.model.types["Extension"].fields.values() if each.element == "value"]
        made = {each.name: self.choose(parameter, each.type, "") for each in fields}
        known = {name: extract for name, extract in made.items() if extract is not None}

        def extract_value(element: Any, out: list[Value]) -> None:
            for key in element if element.__class__ is dict else ():
                if key in known:
                    known[key](element[key], out)

        return extract_value
