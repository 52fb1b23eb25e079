"""Which version of a code system a coding is checked against, where value set, coding and parameters name their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.answer import Findings, add_to_path
from terminology.engine.edition import Edition, version_of
from terminology.engine.scope import Scope
from terminology.engine.versions import algorithm_of, listed_versions, version_key, version_matches


def coding_version(
    system: str, stated: str | None, coding: str | None, scope: Scope, findings: Findings, path: str
) -> str | None:
    """The version to use: `stated` is the include's, `coding` the coding's own. Reports where the two contradict."""
    version = scope.determine_version(system, stated)
    if not coding:
        return version
    any_edition = scope.edition(system, None, as_stated=True)
    version = _refined(system, version, coding, any_edition, scope)
    edition = scope.edition(system, version)
    if edition is None:
        if version != coding:
            _mismatch("VALUESET_VALUE_MISMATCH", system, version, coding, findings, path)
        return version
    held = version_of(edition)
    if held != coding and not version_matches(coding, held, algorithm_of(edition.header)):
        _report(system, stated, version, coding, edition, scope, findings, path)
    return version


def _refined(system: str, version: str | None, coding: str, any_edition: Edition | None, scope: Scope) -> str | None:
    """The coding's version where it is what the determined one means, or where none was determined and it is held."""
    algorithm = algorithm_of(any_edition.header) if any_edition is not None else None
    if version:
        fits = any_edition is not None and version != coding and version_matches(version, coding, algorithm)
        return coding if fits else version
    held = scope.content.versions(system)
    return coding if any(coding == each or version_matches(coding, each, algorithm) for each in held) else version


def _report(
    system: str,
    stated: str | None,
    version: str | None,
    coding: str,
    edition: Edition,
    scope: Scope,
    findings: Findings,
    path: str,
) -> None:
    if not version:
        needed = edition.header.get("versionNeeded") is True
        severity = "error" if needed else "warning"
        params: dict[str, Any] = {"system": system, "version": version_of(edition) or "", "found": coding}
        where = add_to_path(path, "version")
        findings.add("VALUESET_VALUE_MISMATCH_DEFAULT", where, severity=severity, tell=needed, **params)
    elif version != stated:
        params = {"system": system, "version": version, "stated": stated or "", "found": coding}
        findings.add("VALUESET_VALUE_MISMATCH_CHANGED", add_to_path(path, "version"), tell=True, **params)
    else:
        _mismatch("VALUESET_VALUE_MISMATCH", system, stated, coding, findings, path)
    if scope.edition(system, coding, as_stated=True) is None:
        report_unknown(system, coding, scope, findings, path)


def _mismatch(message_id: str, system: str, version: str | None, coding: str, findings: Findings, path: str) -> None:
    where = add_to_path(path, "version")
    findings.add(message_id, where, tell=True, system=system, version=version or "", found=coding)


def report_unknown(system: str, version: str | None, scope: Scope, findings: Findings, path: str) -> None:
    """Say, once for each version, that a code system is not held."""
    versions = scope.content.versions(system) if version else ()
    if version and versions:
        message_id, name = "UNKNOWN_CODESYSTEM_VERSION", f"{system}|{version}"
    else:
        message_id, name = ("UNKNOWN_CODESYSTEM_VERSION_NONE" if version else "UNKNOWN_CODESYSTEM"), system
    params: dict[str, Any] = {"system": system, "version": version or "", "versions": listed_versions(versions)}
    findings.say(findings.word(message_id, **params))
    if name not in findings.unknown_systems:
        findings.unknown_systems[name] = None
        findings.add(message_id, add_to_path(path, "system"), **params)


def implied_version(includes: Sequence[Resource], system: str | None) -> str | None:
    """The newest version in which the value set includes the system; None where it names none."""
    stated = (str(each["version"]) for each in includes if each.get("system") == system and each.get("version"))
    return max(stated, key=version_key, default=None)


def include_version(
    includes: Sequence[Resource], system: str, code: str, display: str | None, scope: Scope
) -> str | None:
    """Of several versions that a value set includes, the one to judge a coding by that names none.

    The newest that knows the code (by this display, if one is given); the newest, where none does. None where there is
    no choice to make: the value set names at most one version, or every version knows the code.
    """
    stated = {str(each["version"]) for each in includes if each.get("system") == system and each.get("version")}
    if len(stated) < 2:
        return None
    knowing = [version for version in stated if _knows(system, version, code, display, scope)]
    if len(knowing) == len(stated):
        return None
    return max(knowing or stated, key=version_key)


def _knows(system: str, version: str, code: str, display: str | None, scope: Scope) -> bool:
    edition = scope.edition(system, version)
    ref = edition.locate(code) if edition is not None else None
    if edition is None or ref is None:
        return False
    return not display or any(each.value == display for each in edition.names(ref))
