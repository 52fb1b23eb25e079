"""What a caller of an operation wants: its parameters, read once (https://hl7.org/fhir/R4/valueset-operation-expand.html).

A value set may bring parameters of its own for its expansion; they count where the caller says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.languages import Languages, parse_languages
from terminology.engine.messages import failure
from terminology.operations import Call

EXPANSION_PARAMETER = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/valueset-expansion-parameter",
        "http://hl7.org/fhir/tools/StructureDefinition/valueset-expansion-parameter",
    }
)


@dataclass(frozen=True, slots=True)
class VersionRule:
    """A version that a parameter sets for a code system or value set. `mode`: default, force or check."""

    parameter: str
    mode: str
    url: str
    version: str

    @property
    def applied(self) -> tuple[str, str]:
        """Name and value by which an expansion reports that the rule was used."""
        return self.parameter, f"{self.url}|{self.version}"


@dataclass(slots=True)
class Options:
    """The parameters of one operation. None: not given."""

    for_validation: bool = False
    display_languages: Languages | None = None
    http_languages: Languages | None = None
    version_rules: list[VersionRule] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    designations: list[str] = field(default_factory=list)
    supplements: list[str] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    filter: str = ""
    sort: str = ""

    @property
    def languages(self) -> Languages | None:
        """The languages that displays should be in."""
        return self.display_languages or self.http_languages

    @property
    def chinese(self) -> bool:
        """Whether messages are in Chinese: where that is the first language asked for."""
        return self.languages is not None and bool(self.languages.tags) and self.languages.tags[0].startswith("zh")

    def flag(self, name: str) -> bool:
        return self.flags.get(name, False)

    def rules_for(self, url: str) -> list[VersionRule]:
        return [rule for rule in self.version_rules if rule.url == url] if self.version_rules else []


def read_options(call: Call, *, for_validation: bool = False) -> Options:
    """The options of a call. Raises OperationFailed naming the parameter that cannot be understood."""
    options = Options(for_validation=for_validation)
    if call.accept_language:
        options.http_languages = parse_languages(call.accept_language, open_ended=not for_validation)
    _read(options, call.parameters, overwrite=True)
    return options


def see_value_set(options: Options, value_set: Resource) -> None:
    """Add what the value set itself asks for where the caller did not say: parameters, language."""
    for each in value_set.get("compose", {}).get("extension", ()):
        if each.get("url") in EXPANSION_PARAMETER:
            parts = {part.get("url"): part for part in each.get("extension", ())}
            if "name" in parts and "value" in parts:
                name = str(parameter_value(parts["name"]))
                _read(options, [{**parts["value"], "name": name}], overwrite=False)
    if options.http_languages is None and isinstance(language := value_set.get("language"), str):
        options.http_languages = parse_languages(language, open_ended=not options.for_validation)


def parameter_value(parameter: Resource) -> Any:
    """The `value[x]` of a parameter or extension; None where there is none."""
    for key, value in parameter.items():
        if key.startswith("value"):
            return value
    return None


def _read(options: Options, parameters: Iterable[Resource], *, overwrite: bool) -> None:
    for each in parameters:
        reader = _READERS.get(each.get("name", ""))
        if reader is not None:
            reader(options, each, overwrite)


_Reader = Callable[[Options, Resource, bool], None]


def _rule(mode: str) -> _Reader:
    def read(options: Options, parameter: Resource, _overwrite: bool) -> None:
        value = _text_of(parameter)
        url, bar, version = value.partition("|")
        if not bar or not url or not version:
            raise failure("parameter-version-rule", name=parameter["name"], found=value)
        options.version_rules.append(VersionRule(parameter["name"], mode, url, version))

    return read


def _flag(options: Options, parameter: Resource, overwrite: bool) -> None:
    name, value = parameter["name"], parameter_value(parameter)
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise failure("parameter-flag", name=name, found=value)
    if overwrite or name not in options.flags:
        options.flags[name] = value in (True, "true")


def _number(options: Options, parameter: Resource, overwrite: bool) -> None:
    name, value = parameter["name"], parameter_value(parameter)
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise failure("parameter-number", name=name, found=text)
    if overwrite or name not in options.numbers:
        options.numbers[name] = int(text)


def _list(attribute: str) -> _Reader:
    def read(options: Options, parameter: Resource, _overwrite: bool) -> None:
        values, value = getattr(options, attribute), _text_of(parameter)
        if value and value not in values:
            values.append(value)

    return read


def _text(attribute: str) -> _Reader:
    def read(options: Options, parameter: Resource, overwrite: bool) -> None:
        if overwrite or not getattr(options, attribute):
            setattr(options, attribute, _text_of(parameter))

    return read


def _text_of(parameter: Resource) -> str:
    value = parameter_value(parameter)
    if not isinstance(value, str):
        found = f"no value[x] but {', '.join(parameter.keys() - {'name'}) or 'nothing'}" if value is None else value
        raise failure("parameter-text", name=parameter["name"], found=found)
    return value


def _display_language(options: Options, parameter: Resource, overwrite: bool) -> None:
    if not overwrite and options.display_languages is not None:
        return
    text = _text_of(parameter)
    languages = parse_languages(text, open_ended=not options.for_validation)
    if languages is None:
        raise failure("INVALID_DISPLAY_NAME", found=text)
    options.display_languages = languages


def _profile(options: Options, parameter: Resource, overwrite: bool) -> None:
    """Expansion parameters may come as a Parameters resource of their own."""
    resource = parameter.get("resource")
    if isinstance(resource, dict) and resource.get("resourceType") == "Parameters":
        inner = [each for each in resource.get("parameter", ()) if each.get("name") != "profile"]
        _read(options, inner, overwrite=overwrite)


FLAGS = (
    "activeOnly",
    "excludeNested",
    "excludeNotForUI",
    "excludePostCoordinated",
    "includeDesignations",
    "includeDefinition",
    "lenient-display-validation",
    "valueset-membership-only",
    "versionsMatch",
    "inferSystem",
    "abstract",
)

_READERS: Mapping[str, _Reader] = {
    "system-version": _rule("default"),
    "force-system-version": _rule("force"),
    "check-system-version": _rule("check"),
    "default-valueset-version": _rule("default"),
    "force-valueset-version": _rule("force"),
    "check-valueset-version": _rule("check"),
    "designation": _list("designations"),
    "property": _list("properties"),
    "useSupplement": _list("supplements"),
    "displayLanguage": _display_language,
    "filter": _text("filter"),
    "sort": _text("sort"),
    "count": _number,
    "offset": _number,
    "limit": _number,
    "profile": _profile,
    **dict.fromkeys(FLAGS, _flag),
}
