"""The types of a package as compact JSON, and back, each type built when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from fhir_kernel.definitions.model import Field, Model, TypeSchema, build_model
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import Resource

_LIST, _CHOICE, _PRIMITIVE, _ATTRIBUTE = 1, 2, 4, 8


def encode_model(model: Model) -> bytes:
    """The JSON that `decode_model` reads."""
    rows = {name: orjson.dumps(_encode_type(schema)).decode() for name, schema in model.types.items()}
    return orjson.dumps(rows)


def decode_model(data: bytes) -> Model:
    """The model that `encode_model` wrote."""
    return Model(LazyTypes(orjson.loads(data)))


def types_of(structures: Iterable[Resource]) -> Model:
    """The model of StructureDefinitions that anybody may have written. Raises DefinitionError."""
    try:
        return build_model(structures)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise DefinitionError(f"the definition of a type is not complete ({error!r})") from error


class LazyTypes(Mapping[str, TypeSchema]):
    """Types by name, built from their rows on first use."""

    __slots__ = ("_built", "_rows")

    def __init__(self, rows: dict[str, str]) -> None:
        """`rows` holds each type as JSON, so that only the types in use are parsed."""
        self._rows = rows
        self._built: dict[str, TypeSchema] = {}

    def __getitem__(self, name: str) -> TypeSchema:
        found = self._built.get(name)
        if found is None:
            found = self._built[name] = _decode_type(name, orjson.loads(self._rows[name]))
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """As `dict.get`; quicker than the inherited one, which everything asks all the time."""
        found = self._built.get(name)
        return found if found is not None else self[name] if name in self._rows else default

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _encode_type(schema: TypeSchema) -> list[Any]:
    fields = [[f.name, f.element, f.type, _flags(f), f.order] for f in schema.fields.values()]
    return [schema.base, schema.kind, schema.is_abstract, fields]


def _flags(field: Field) -> int:
    return (
        _LIST * field.is_list
        + _CHOICE * field.is_choice
        + _PRIMITIVE * field.is_primitive
        + _ATTRIBUTE * field.is_xml_attribute
    )


def _decode_type(name: str, row: list[Any]) -> TypeSchema:
    base, kind, is_abstract, field_rows = row
    fields = {field_row[0]: _decode_field(*field_row) for field_row in field_rows}
    choices: dict[str, tuple[Field, ...]] = {}
    for each in fields.values():
        if each.is_choice:
            choices[each.element] = (*choices.get(each.element, ()), each)
    return TypeSchema(name, base, kind, is_abstract, fields, choices)


def _decode_field(name: str, element: str, type_name: str, flags: int, order: int) -> Field:
    return Field(
        name,
        element,
        type_name,
        is_list=bool(flags & _LIST),
        is_choice=bool(flags & _CHOICE),
        is_primitive=bool(flags & _PRIMITIVE),
        order=order,
        is_xml_attribute=bool(flags & _ATTRIBUTE),
    )
