"""Types (https://hl7.org/fhirpath/N1/index.html#types and https://hl7.org/fhir/R4/fhirpath.html#types)."""

from __future__ import annotations

from collections.abc import Callable

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.convert import single
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function
from fhir_kernel.fhirpath.values import Item, Items, Node, TypeInfo, system_type

TypeCheck = Callable[[Item], bool]

SYSTEM_TYPES = frozenset(
    {"Any", "Boolean", "Date", "DateTime", "Decimal", "Integer", "Long", "Quantity", "String", "Time", "TypeInfo"}
)


def is_known_type(type_name: str, model: Model) -> bool:
    """Whether `type_name`, with or without its namespace, is a type."""
    namespace, _, name = type_name.rpartition(".")
    if namespace == "System":
        return name in SYSTEM_TYPES
    return (namespace in ("", "FHIR") and (name in model.types or (not namespace and name in SYSTEM_TYPES))) or (
        type_name in model.types
    )


def type_test(type_name: str, model: Model, *, is_exact_for_primitives: bool = False) -> TypeCheck:
    """Whether an item is of a type or of one derived from it.

    `as` and `ofType()` take a primitive by its very type: a `code` is a `string` but is not selected as one.
    """
    namespace, _, name = type_name.rpartition(".")
    if namespace not in ("", "FHIR", "System"):
        namespace, name = "", type_name
    schema = model.types.get(name)
    if is_exact_for_primitives and schema is not None and schema.kind == "primitive-type":
        accepted = frozenset({name})
    else:
        accepted = frozenset(each for each in model.types if model.is_a(each, name))

    def test(item: Item) -> bool:
        if item.__class__ is Node:
            return namespace != "System" and item.type in accepted
        return namespace != "FHIR" and (system_type(item) == name or name == "Any")

    return test


def as_type(items: Items, test: TypeCheck, *, filters: bool) -> Items:
    """The item if it passes; with `filters` all items that pass, without it several items are an error."""
    if not filters:
        single(items, "the input of 'as'")
    return [item for item in items if test(item)]


def require_known(type_name: str, model: Model) -> None:
    """Raises FhirPathEvaluationError for a type that does not exist."""
    if not is_known_type(type_name, model) and not type_name.startswith("System."):
        raise FhirPathEvaluationError(f"there is no type '{type_name}'")


def type_info(item: Item) -> TypeInfo:
    """The item's type."""
    return TypeInfo("FHIR", item.type) if isinstance(item, Node) else TypeInfo("System", system_type(item))


def _type(items: Items, _env: Environment) -> Items:
    return [type_info(item) for item in items]


FUNCTIONS: dict[str, Function] = {"type": function(_type, returns="System.TypeInfo")}
