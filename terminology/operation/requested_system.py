"""The code system that a `$validate-code` is about, as the value set of all its codes."""

from __future__ import annotations

from fhir_kernel.resource import Resource
from terminology.engine.content import supplemented
from terminology.engine.definition import Definition
from terminology.engine.edition import canonical_of
from terminology.engine.messages import failure
from terminology.engine.requests import resource_argument, see_code_system, text_argument
from terminology.engine.scope import Scope
from terminology.engine.versions import listed_versions
from terminology.failures import OperationFailed
from terminology.operations import Call

_PATHS = {"code": "system", "coding": "Coding.system", "codeableConcept": "CodeableConcept.coding[0].system"}
_OWN_PATHS = {"code": "", "coding": "Coding", "codeableConcept": "CodeableConcept.coding[0]"}


def implied_value_set(call: Call, scope: Scope, mode: str, codings: list[Resource]) -> Definition:
    """Raises OperationFailed where no code system is named, or where what is named is none."""
    given = resource_argument(call, "codeSystem", "CodeSystem") or call.instance
    if given is not None:
        see_code_system(given, scope)
        return _all_of(given, mode, scope)
    coding = codings[0] if codings else {}
    url = text_argument(call, "url")
    version = text_argument(call, "version")
    if url is None:
        url = coding.get("system")
        version = version or coding.get("version")
    if not url:
        path = _OWN_PATHS[mode] or None
        raise failure("Coding_has_no_system__cannot_validate", chinese=scope.options.chinese, path=path)
    version = scope.determine_version(url, version)
    edition = scope.edition(url, version, as_stated=True)
    if edition is None:
        raise _unknown(url, version, mode, scope)
    return _all_of(edition.header, mode, scope)


def _all_of(header: Resource, mode: str, scope: Scope) -> Definition:
    if supplemented(header) is not None:
        raise _is_supplement(header, mode, scope)
    url, version = header.get("url", ""), header.get("version")
    include = {"system": url, "version": version} if version else {"system": url}
    value_set = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [include]}}
    value_set["url"] = header.get("valueSet") or f"{url}/vs"
    return Definition(value_set | ({"version": version} if version else {}), implied=True)


def _unknown(url: str, version: str | None, mode: str, scope: Scope) -> OperationFailed:
    chinese, path = scope.options.chinese, _PATHS[mode]
    supplement = scope.content.supplement(url, version)
    if supplement is not None:
        return _is_supplement(supplement, mode, scope)
    if scope.content.value_set(url, None) is not None:
        return failure("Terminology_TX_System_ValueSet2", chinese=chinese, path=path, system=url)
    if not version:
        return failure("UNKNOWN_CODESYSTEM", chinese=chinese, path=path, system=url).caused_by(url)
    held = scope.content.versions(url)
    if not held:
        message_id = "UNKNOWN_CODESYSTEM_VERSION_NONE"
        return failure(message_id, chinese=chinese, path=path, system=url, version=version).caused_by(url)
    params = {"system": url, "version": version, "versions": listed_versions(held)}
    return failure("UNKNOWN_CODESYSTEM_VERSION", chinese=chinese, path=path, **params).caused_by(f"{url}|{version}")


def _is_supplement(supplement: Resource, mode: str, scope: Scope) -> OperationFailed:
    canonical = canonical_of(supplement)
    made = failure("CODESYSTEM_CS_NO_SUPPLEMENT", chinese=scope.options.chinese, path=_PATHS[mode], system=canonical)
    return made.caused_by(str(supplement.get("url", "")))
