"""The operations that the service offers, as data; what each does stands in `terminology/operation/`.

Parameters are those of FHIR R4's OperationDefinitions and of the terminology ecosystem
(https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/).
"""

from __future__ import annotations

from collections.abc import Mapping

from terminology.operation.batch_validate_code import batch_validate_in_code_systems, batch_validate_in_value_sets
from terminology.operation.closure import closure
from terminology.operation.compare import compare
from terminology.operation.expand import expand
from terminology.operation.find_matches import find_matches
from terminology.operation.lookup import lookup
from terminology.operation.subsumes import subsumes
from terminology.operation.translate import translate
from terminology.operation.validate_code import validate_code_in_code_system, validate_code_in_value_set
from terminology.operations import Handler, Operation, Parameter

_SYSTEM = frozenset({"system"})
_TYPE = frozenset({"type"})
_TYPE_AND_INSTANCE = frozenset({"type", "instance"})


def _parameters(*written: str) -> Mapping[str, Parameter]:
    """`name type`, with `*` behind those that may be repeated."""
    found = {}
    for each in written:
        name, type_, *repeats = each.split()
        found[name] = Parameter(name, type_, bool(repeats))
    return found


_VERSIONS = (
    "system-version canonical *",
    "force-system-version canonical *",
    "check-system-version canonical *",
    "default-valueset-version canonical *",
    "force-valueset-version canonical *",
    "check-valueset-version canonical *",
)
_SHARED = (
    *_VERSIONS,
    "displayLanguage code",
    "useSupplement canonical *",
    "tx-resource resource *",
    "cache-id id",
    "profile resource",
)
_VALIDATION = (
    *_SHARED,
    "code code",
    "display string",
    "coding Coding",
    "codeableConcept CodeableConcept",
    "date dateTime",
    "abstract boolean",
    "activeOnly boolean",
    "lenient-display-validation boolean",
    "valueset-membership-only boolean",
    "diagnostics boolean",
)
_EXPAND = _parameters(
    *_SHARED,
    "url uri",
    "valueSet resource",
    "valueSetVersion string",
    "context uri",
    "contextDirection code",
    "filter string",
    "date dateTime",
    "offset integer",
    "count integer",
    "limit integer",
    "sort string",
    "includeDesignations boolean",
    "designation string *",
    "includeDefinition boolean",
    "activeOnly boolean",
    "excludeNested boolean",
    "excludeNotForUI boolean",
    "excludePostCoordinated boolean",
    "exclude-system canonical *",
    "property string *",
    "versionsMatch boolean",
)
_VALIDATE_IN_VALUE_SET = _parameters(
    *_VALIDATION,
    "url uri",
    "context uri",
    "valueSet resource",
    "valueSetVersion string",
    "system uri",
    "systemVersion string",
    "inferSystem boolean",
)
_VALIDATE_IN_CODE_SYSTEM = _parameters(*_VALIDATION, "url uri", "system uri", "codeSystem resource", "version string")
_LOOKUP = _parameters(
    *_SHARED, "code code", "system uri", "version string", "coding Coding", "date dateTime", "property code *"
)
_BATCH = _parameters(
    *_SHARED, "validation resource *", "url uri", "valueSet resource", "lenient-display-validation boolean"
)
_SUBSUMES = _parameters(
    *_SHARED, "codeA code", "codeB code", "system uri", "version string", "codingA Coding", "codingB Coding"
)
_FIND_MATCHES = _parameters(
    *_SHARED, "system uri", "version string", "property part *", "exact boolean", "compositional boolean"
)
_TRANSLATE = _parameters(
    *_SHARED,
    "url uri",
    "conceptMap resource",
    "conceptMapVersion string",
    "code code",
    "system uri",
    "version string",
    "source uri",
    "coding Coding",
    "codeableConcept CodeableConcept",
    "target uri",
    "targetsystem uri",
    "dependency part *",
    "reverse boolean",
    "sourceCode code",
    "sourceSystem uri",
    "sourceVersion string",
    "sourceScope uri",
    "sourceCoding Coding",
    "sourceCodeableConcept CodeableConcept",
    "targetCode code",
    "targetSystem uri",
    "targetVersion string",
    "targetScope uri",
    "targetCoding Coding",
    "targetCodeableConcept CodeableConcept",
)
_CLOSURE = _parameters(*_SHARED, "name string", "concept Coding *", "version string")
_COMPARE = _parameters(
    *_SHARED,
    "thisUrl uri",
    "thisValueSet resource",
    "otherUrl uri",
    "otherValueSet resource",
    "valueSetVersion string",
    "activeOnly boolean",
    "diagnostics boolean",
)

_DEFINITIONS = "http://hl7.org/fhir/OperationDefinition/"
_TOOLS = "http://hl7.org/fhir/tools/OperationDefinition/"


def _operation(
    resource_type: str,
    name: str,
    parameters: Mapping[str, Parameter],
    handler: Handler,
    at: frozenset[str] = _TYPE_AND_INSTANCE,
    definitions: str = _DEFINITIONS,
    *,
    affects_state: bool = False,
) -> Operation:
    definition = f"{definitions}{resource_type}-{name}"
    return Operation(resource_type, name, parameters, handler, definition, at, affects_state)


OPERATIONS: tuple[Operation, ...] = (
    _operation("CodeSystem", "lookup", _LOOKUP, lookup),
    _operation("CodeSystem", "validate-code", _VALIDATE_IN_CODE_SYSTEM, validate_code_in_code_system),
    _operation("CodeSystem", "batch-validate-code", _BATCH, batch_validate_in_code_systems, _TYPE),
    _operation("CodeSystem", "subsumes", _SUBSUMES, subsumes),
    _operation("CodeSystem", "find-matches", _FIND_MATCHES, find_matches),
    _operation("ValueSet", "expand", _EXPAND, expand),
    _operation("ValueSet", "validate-code", _VALIDATE_IN_VALUE_SET, validate_code_in_value_set),
    _operation("ValueSet", "batch-validate-code", _BATCH, batch_validate_in_value_sets, _TYPE),
    _operation("ValueSet", "compare", _COMPARE, compare, definitions=_TOOLS),
    _operation("ConceptMap", "translate", _TRANSLATE, translate),
    _operation("ConceptMap", "closure", _CLOSURE, closure, _SYSTEM, affects_state=True),
)
"""Every operation, in the order in which it is documented."""
