"""A resource that is being changed, in which every element that FHIRPath selects can be found again.

FHIRPath gives elements without saying where they stand. Here every primitive has its companion object (`_birthDate`
beside `birthDate`, https://hl7.org/fhir/R4/json.html#primitive), empty where there is nothing to say, so that each
element has one object of its own by which it is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from fhir_kernel.definitions.model import Field, Model
from fhir_kernel.fhirpath.values import Node
from fhir_kernel.resource import Resource
from fhir_server.patch.empty import without_empty


@dataclass(frozen=True, slots=True)
class Content:
    """What an element is: its JSON value, and for a primitive its id and extensions."""

    value: Any
    companion: Resource | None = None


class Place(NamedTuple):
    """Where an element stands. `mark` is the object that no other element has."""

    mark: Resource
    holder: Resource
    owner: str
    """The type of the holder."""
    field: Field

    @property
    def at(self) -> int:
        """Its index among its like."""
        marks = self.holder["_" + self.field.name if self.field.is_primitive else self.field.name]
        return next(at for at, each in enumerate(marks) if each is self.mark)


class ElementTree:
    """A copy of a resource, changed in place: `root`, whose empty objects are to be taken out in the end."""

    def __init__(self, resource: Resource, model: Model) -> None:
        self._model = model
        self._places: dict[int, Place] = {}
        self.root: Resource = _copy(resource)
        self._attach(self.root, str(resource.get("resourceType")))

    def place_of(self, node: Node) -> Place | None:
        """Where the element stands, None for the resource itself and for what is no part of it."""
        mark = node.value if isinstance(node.value, dict) else node.sibling
        place = self._places.get(id(mark))
        return place if place is not None and place.mark is mark else None

    def put(self, holder: Resource, owner: str, field: Field, content: Content, index: int | None = None) -> None:
        """Make `content` the element `field` of the holder, or one more of its list: at `index`, else at the end."""
        value, key = _copy(content.value), field.name
        companion = _copy(content.companion or {})
        if not field.is_list:
            if value is not None:
                holder[key] = value
            if field.is_primitive:
                holder["_" + key] = companion
        else:
            values = holder.setdefault(key, [])
            at = len(values) if index is None else index
            values.insert(at, value)
            if field.is_primitive:
                holder.setdefault("_" + key, []).insert(at, companion)
        mark = companion if field.is_primitive else value
        self._enter(mark, holder, owner, field)

    def remove(self, place: Place) -> None:
        """Take the element out, and what holds nothing else after that."""
        self.take(place)
        above = self._places.get(id(place.holder))
        if above is not None and not self._has_content(above):
            self.remove(above)

    def _has_content(self, place: Place) -> bool:
        key = place.field.name
        if place.field.is_primitive:
            values = place.holder.get(key)
            if (values[place.at] if isinstance(values, list) else values) is not None:
                return True
        return bool(without_empty(place.mark))

    def take(self, place: Place) -> int | None:
        """Take the element out, whatever that leaves; the index that it had in a list."""
        key = place.field.name
        keys = (key, "_" + key) if place.field.is_primitive else (key,)
        index = place.at if place.field.is_list else None
        for each in keys:
            if index is None:
                place.holder.pop(each, None)
            else:
                del place.holder[each][index]
                if not place.holder[each]:
                    del place.holder[each]
        return index

    def reorder(self, holder: Resource, field: Field, source: int, destination: int) -> None:
        """Move an element of a list to another index of it."""
        for key in (field.name, "_" + field.name) if field.is_primitive else (field.name,):
            holder[key].insert(destination, holder[key].pop(source))

    def _attach(self, holder: Resource, owner: str) -> None:
        """Make everything in the holder, which is of the type `owner`, known."""
        schema = self._model.types.get(owner)
        fields = schema.fields if schema is not None else {}
        for key in tuple(holder):
            name = key[1:] if key[0] == "_" and key[1:] not in holder else key
            field = fields.get(name)
            if field is None:
                continue
            marks = _companions(holder, field) if field.is_primitive else holder[key]
            for mark in marks if marks.__class__ is list else (marks,):
                if mark.__class__ is dict:
                    self._enter(mark, holder, owner, field)

    def _enter(self, mark: Resource, holder: Resource, owner: str, field: Field) -> None:
        self._places[id(mark)] = Place(mark, holder, owner, field)
        self._attach(mark, str(mark.get("resourceType")) if field.type == "Resource" else field.type)


def _companions(holder: Resource, field: Field) -> Any:
    """The companion objects of a primitive, made where there are none."""
    key, name = "_" + field.name, field.name
    if not field.is_list:
        holder[key] = holder.get(key) or {}
        return holder[key]
    values, companions = holder.get(name) or [], holder.get(key) or []
    count = max(len(values), len(companions))
    holder[name] = [*values, *[None] * (count - len(values))]
    holder[key] = [each or {} for each in (*companions, *[None] * (count - len(companions)))]
    return holder[key]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value
