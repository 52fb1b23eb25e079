"""Reads an enforcement policy from TOML (https://toml.io) or JSON; docs/enforcement.md says what may stand in it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

from conformance.document_values import Row, Unexpected, flag, instant, nearest, offset, one_of, text, texts
from conformance.enforcement_policy import EnforcementPolicy, SeverityOverride
from conformance.rules_in_force import ALWAYS, MODES, Applies, Mode, Rule
from conformance.validator.policy import Level, Policy
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import DefinitionError, SettingsError
from fhir_kernel.messages import CATALOGUE
from fhir_kernel.store.records import Document

_LEVELS: Sequence[str] = get_args(Level)
_DATES = ("observe_from", "warn_from", "reject_from", "until")
_KEYS = ("default", "types", "rules", "required_profiles", "severities", "validation", "utc_offset")
_RULE_KEYS = ("profile", "type", "mode", "applies", *_DATES)
_SEVERITY_KEYS = ("issue", "severity", "path", "rule")


def load_policy(path: Path) -> EnforcementPolicy:
    """The policy in a file; JSON where its name ends so, else TOML. Raises SettingsError naming the place."""
    try:
        written = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"enforcement file {path} cannot be read: {error}") from error
    is_json = path.suffix.lower() == ".json"
    try:
        document = json.loads(written) if is_json else tomllib.loads(written)
    except ValueError as error:
        raise SettingsError(f"enforcement file {path} is not {'JSON' if is_json else 'TOML'}: {error}") from error
    return read_policy(document, str(path))


def read_policy(document: Document, where: str) -> EnforcementPolicy:
    """The policy that a document says; `where` is told in messages. Raises SettingsError."""
    row = Row(document, where, _KEYS)
    zone = row.need("utc_offset", offset) if "utc_offset" in row else UTC
    types = {name: row.within("types", name, value, _mode) for name, value in row.table("types")}
    required = {
        name: row.within("required_profiles", name, value, texts) for name, value in row.table("required_profiles")
    }
    return EnforcementPolicy(
        default=row.read("default", _mode, "reject"),
        types=types,
        rules=tuple(_rule(each, zone) for each in row.rows("rules", _RULE_KEYS)),
        required=required,
        severities=tuple(_severity(each) for each in row.rows("severities", _SEVERITY_KEYS)),
        validation=_validation(row),
    )


def rule_document(rule: Rule) -> Document:
    """A rule as `read_policy` reads it."""
    made: dict[str, Any] = {"profile": rule.profile, "type": rule.type, "applies": rule.applies}
    dates = zip(_DATES, rule.dates, strict=True)
    return made | {name: each.isoformat() for name, each in dates if each is not None}


def check_policy(policy: EnforcementPolicy, catalog: Catalog, where: str) -> None:
    """That every type and profile in the policy is one that can be asked. Raises SettingsError naming all others."""
    faults = [*_unknown_types(policy, catalog), *_unknown_profiles(policy, catalog)]
    if faults:
        raise SettingsError("; ".join(f"{where}: {each}" for each in faults))


def _unknown_types(policy: EnforcementPolicy, catalog: Catalog) -> Iterator[str]:
    known = [name for name in catalog.model.types if catalog.model.is_resource(name)]
    for name in (*policy.types, *policy.required, *(each.type for each in policy.rules)):
        if not catalog.model.is_resource(name):
            yield f"'{name}' is not a resource type of FHIR R4{nearest(name, known)}"


def _unknown_profiles(policy: EnforcementPolicy, catalog: Catalog) -> Iterator[str]:
    asked = [(each.profile, each.type) for each in policy.rules]
    asked += [(profile, name) for name, profiles in policy.required.items() for profile in profiles]
    for profile, name in asked:
        try:
            found = catalog.structure(profile).get("type")
        except DefinitionError as error:
            yield f"the profile {profile} of {name} cannot be used: {error}"
            continue
        if not catalog.model.is_a(name, str(found)):
            yield f"the profile {profile} is for {found}; expected one for {name}"


def _rule(row: Row, zone: tzinfo) -> Rule:
    profile, kind = row.need("profile", text), row.need("type", text)
    applies: Applies = row.read("applies", _applies, "all")
    dates: list[datetime | None] = [
        row.need(name, lambda value: instant(value, zone)) if name in row else None for name in _DATES
    ]
    if "mode" in row:
        _refuse_dates_beside_mode(row, dates)
        at = MODES.index(row.need("mode", _mode))
        dates[:3] = [ALWAYS if at == place else None for place in (1, 2, 3)]
    elif dates[:3] == [None, None, None]:
        raise SettingsError(f"{row.where}: 'mode' or one of {', '.join(_DATES[:3])} is missing")
    _refuse_disorder(row, dates)
    observe, warn, reject, until = dates
    return Rule(profile, kind, observe, warn, reject, until, applies)


def _refuse_dates_beside_mode(row: Row, dates: Sequence[datetime | None]) -> None:
    if dates[:3] != [None, None, None]:
        raise SettingsError(f"{row.where}: found mode and a date on which it changes; expected one of them")


def _refuse_disorder(row: Row, dates: Sequence[datetime | None]) -> None:
    stated = [(name, each) for name, each in zip(_DATES, dates, strict=True) if each is not None]
    for (earlier, first), (later, second) in pairwise(stated):
        if second < first:
            raise SettingsError(f"{row.where}: {later} is {second.isoformat()}; expected no sooner than {earlier}")


def _severity(row: Row) -> SeverityOverride:
    return SeverityOverride(
        row.need("issue", _issue_id),
        cast(Level, row.need("severity", one_of(_LEVELS))),
        row.read("path", text, ""),
        row.read("rule", text, ""),
    )


def _validation(row: Row) -> Policy:
    hints = get_type_hints(Policy)
    given = dict(row.table("validation"))
    Row(given, f"{row.where}: validation", [each.name for each in fields(Policy)])
    return Policy(
        **{name: row.within("validation", name, value, _switch(hints[name])) for name, value in given.items()}
    )


def _switch(kind: Any) -> Callable[[Any], Any]:
    if kind is bool:
        return flag
    return one_of(get_args(kind)) if all(isinstance(each, str) for each in get_args(kind)) else texts


def _mode(value: Any) -> Mode:
    return cast(Mode, one_of(MODES)(value))


def _applies(value: Any) -> Applies:
    return cast(Applies, one_of(get_args(Applies))(value))


def _issue_id(value: Any) -> str:
    if isinstance(value, str) and any(each == value or each.startswith(value + ".") for each in CATALOGUE):
        return value
    raise Unexpected(f"an issue id or the area of some{nearest(str(value), list(CATALOGUE))}")
