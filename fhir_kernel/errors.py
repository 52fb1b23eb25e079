"""Every exception that Plumbline raises on purpose.

    PlumblineError
    ├── SettingsError           a setting is missing or wrong
    ├── CodecError              bytes are not the JSON or XML that FHIR asks for (line, column)
    ├── LimitExceeded           an input is larger, deeper or slower than its limit
    ├── PackageError            a FHIR package cannot be used
    │   ├── ArchiveError        the archive is damaged or hostile
    │   ├── PackageNotFound     neither the cache nor a registry has it
    │   └── FetchError          a registry did not answer as it should
    ├── StoreError              a store cannot do its work
    │   ├── VersionConflict     a version does not follow the current one
    │   ├── StoreFull           there is no room left on the disk
    │   └── StoreUnavailable    the store cannot be reached, or is not the kind that is needed
    ├── DefinitionError         a conformance resource cannot be used (path)
    │   ├── UnknownDefinition   no loaded package holds the canonical
    │   └── SnapshotError       a differential cannot be applied to its base
    ├── DamagedTable            the file of a concept table is cut short or changed (path)
    └── FhirPathError           an expression cannot be used (offset)
        ├── FhirPathSyntaxError it does not parse
        ├── FhirPathTypeError   it cannot be right for its context type
        └── FhirPathEvaluationError  it failed on this input
            └── FhirPathLimitExceeded  it took more than its limit; a LimitExceeded too

Bad input that can be described is an `fhir_kernel.issues.Issue`, not an exception.
"""

from __future__ import annotations


class PlumblineError(Exception):
    """Base of all; `str()` is one clear line for a person."""


class SettingsError(PlumblineError):
    """A setting is missing or wrong."""


class LimitExceeded(PlumblineError):
    """An input is larger, deeper or slower than its limit."""


class CodecError(PlumblineError):
    """Bytes are not the JSON or XML that FHIR asks for."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None, path: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.path = message, line, column, path

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.message}"


class PackageError(PlumblineError):
    """A FHIR package cannot be used."""


class ArchiveError(PackageError):
    """The archive is damaged or hostile."""


class PackageNotFound(PackageError):
    """Neither the cache nor a registry has the package."""


class FetchError(PackageError):
    """A registry did not answer as it should."""


class DefinitionError(PlumblineError):
    """A conformance resource cannot be used."""

    def __init__(self, message: str, *, url: str = "", path: str = "") -> None:
        super().__init__(message)
        self.message, self.url, self.path = message, url, path

    def __str__(self) -> str:
        place = " ".join(part for part in (self.url, f"({self.path})" if self.path else "") if part)
        return f"{place}: {self.message}" if place else self.message


class UnknownDefinition(DefinitionError):
    """No loaded package holds the canonical."""


class SnapshotError(DefinitionError):
    """A differential cannot be applied to its base."""


class DamagedTable(PlumblineError):
    """The file of a concept table is none, or was cut short or changed; the table is to be imported again."""

    def __init__(self, reason: str, *, path: str) -> None:
        super().__init__(f"{path}: {reason}; import the table again")
        self.reason, self.path = reason, path


class StoreError(PlumblineError):
    """A store cannot do its work."""


class VersionConflict(StoreError):
    """A version does not follow the current one: somebody else was quicker."""


class StoreFull(StoreError):
    """There is no room left on the disk; what was asked is undone."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, or is not the kind that is needed; the message says what to do."""


class FhirPathError(PlumblineError):
    """An expression cannot be used."""

    def __init__(self, message: str, *, expression: str = "", offset: int | None = None) -> None:
        super().__init__(message)
        self.message, self.expression, self.offset = message, expression, offset

    def __str__(self) -> str:
        place = f" at character {self.offset + 1}" if self.offset is not None else ""
        return f"{self.message}{place} in '{self.expression}'" if self.expression else f"{self.message}{place}"


class FhirPathSyntaxError(FhirPathError):
    """The expression does not parse."""


class FhirPathTypeError(FhirPathError):
    """The expression cannot be right for its context type."""


class FhirPathEvaluationError(FhirPathError):
    """The expression failed on this input."""


class FhirPathLimitExceeded(FhirPathEvaluationError, LimitExceeded):
    """The expression took more time, steps or space on this input than allowed."""
