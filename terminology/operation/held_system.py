"""The code system that an operation is about, or why it cannot be had."""

from __future__ import annotations

from terminology.engine.edition import Edition, url_of, version_of
from terminology.engine.messages import failure
from terminology.engine.scope import Scope
from terminology.engine.versions import listed_versions
from terminology.failures import OperationFailed


def held_edition(system: str, stated: str | None, scope: Scope, path: str = "system") -> Edition:
    """The edition that `system` and the stated version mean to the parameters. Raises OperationFailed: not held."""
    version = scope.determine_version(system, stated)
    found = scope.edition(system, version, as_stated=True)
    if found is None:
        raise _not_held(system, version, scope, path)
    issue = scope.version_check(found, path)
    if issue is not None:
        raise OperationFailed([issue])
    return found


def _not_held(system: str, version: str | None, scope: Scope, path: str) -> OperationFailed:
    chinese, held = scope.options.chinese, scope.content.versions(system)
    if not version:
        return failure("UNKNOWN_CODESYSTEM", chinese=chinese, path=path, system=system)
    if not held:
        message_id = "UNKNOWN_CODESYSTEM_VERSION_NONE"
        return failure(message_id, chinese=chinese, path=path, system=system, version=version)
    params = {"system": system, "version": version, "versions": listed_versions(held)}
    return failure("UNKNOWN_CODESYSTEM_VERSION", chinese=chinese, path=path, **params)


def unknown_code(edition: Edition, code: str, path: str, scope: Scope) -> OperationFailed:
    """The failure of an operation that is about a code which the code system does not know."""
    version = version_of(edition)
    message_id = "Unknown_Code_in_Version" if version else "Unknown_Code_in"
    params = {"code": code, "system": url_of(edition), "version": version or ""}
    return failure(message_id, chinese=scope.options.chinese, path=path, **params)
