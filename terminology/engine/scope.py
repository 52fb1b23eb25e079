"""One operation at work: which versions its parameters mean, what it has used, how deep it is.

The rules of version resolution are those of the terminology ecosystem: a forced version wins over the one that a value
set or coding states, a default fills in where none is stated, a checked version must match in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource, split_canonical
from terminology.engine.content import Content
from terminology.engine.definition import Definition
from terminology.engine.edition import (
    Edition,
    GrammarEdition,
    TableEdition,
    canonical_of,
    content_of,
    has_supplement,
    url_of,
    version_of,
)
from terminology.engine.messages import failure, issue_of
from terminology.engine.options import Options, VersionRule
from terminology.engine.versions import algorithm_of, listed_versions, version_matches
from terminology.failures import OperationFailed
from terminology.limits import Limits
from terminology.tables.table import Table

if TYPE_CHECKING:
    from terminology.engine.compose import Composition


class Scope:
    """What one operation sees and remembers. Not shared between operations."""

    def __init__(self, content: Content, options: Options, limits: Limits) -> None:
        self.content, self.options, self.limits = content, options, limits
        self.required_supplements: dict[str, None] = dict.fromkeys(options.supplements)
        self.used_supplements: set[str] = set()
        self.applied: dict[tuple[str, str], None] = {}
        """The version parameters that decided something, in the order of their use."""
        self.compositions: dict[Definition, Composition] = {}
        """What value sets are made of, as far as it was found out."""
        self._open: list[str] = []

    def determine_version(self, url: str, stated: str | None) -> str | None:
        """The version that the parameters make of the stated one. Raises OperationFailed where they contradict."""
        rules = self.options.rules_for(url)
        if not rules:
            return stated
        forced = self._agreed(rules, "force", url)
        version = forced or stated or self._agreed(rules, "default", url)
        for rule in rules:
            if rule.mode == "check" and not version:
                version = self._apply(rule)
        return version

    def edition(self, url: str, stated: str | None, *, as_stated: bool = False) -> Edition | None:
        """The code system that is meant, with the supplements that apply; None where it is not held.

        `as_stated`: the version is final, the parameters have had their say.
        """
        if not url:
            return None
        version = stated if as_stated else self.determine_version(url, stated)
        found = self.content.edition(url, version)
        if isinstance(found, TableEdition) and self.required_supplements:
            return TableEdition(found.table, self._applying(url, version_of(found)))
        return found

    def needed_edition(self, url: str, stated: str | None) -> Edition:
        """The same for an expansion, which cannot do without. Raises OperationFailed."""
        version = self.determine_version(url, stated)
        found = self.edition(url, version, as_stated=True)
        if found is None:
            raise self._unknown_for_expansion(url, version)
        issue = self.version_check(found)
        if issue is not None:
            raise OperationFailed([issue])
        return found

    def version_check(self, edition: Edition, path: str | None = None) -> Resource | None:
        """The issue to report where the edition is not of the version that a parameter demands."""
        url, version = url_of(edition), version_of(edition)
        for rule in self.options.rules_for(url):
            if rule.mode == "check" and not version_matches(rule.version, version, algorithm_of(edition.header)):
                params = {"version": version or "", "system": url, "required": rule.version}
                return issue_of("VALUESET_VERSION_CHECK", chinese=self.options.chinese, path=path, **params)
        return None

    def pinned(self, canonical: str) -> str:
        """A value set's canonical with the version that the parameters give it."""
        url, stated, _ = split_canonical(canonical)
        version = self.determine_version(url, stated)
        return f"{url}|{version}" if version else canonical

    def value_set(self, canonical: str, source: Definition | None = None) -> Definition | None:
        """The value set that a canonical means, or that is contained in `source` (`#id`)."""
        if canonical.startswith("#"):
            return source.contained(canonical[1:]) if source is not None else None
        url, version, _ = split_canonical(canonical)
        return self.content.value_set(url, version)

    @contextmanager
    def inside(self, definition: Definition) -> Iterator[None]:
        """Guard against a value set that includes itself, or nests too deeply. Raises OperationFailed."""
        canonical = definition.canonical
        if definition.url and canonical in self._open:
            params = {"value_set": canonical, "pathway": ", ".join(self._open)}
            raise failure("VALUESET_CIRCULAR_REFERENCE", chinese=self.options.chinese, **params)
        if len(self._open) >= self.limits.nested_value_sets:
            limit = self.limits.nested_value_sets
            raise failure("value-set-too-deep", chinese=self.options.chinese, value_set=canonical, limit=limit)
        self._open.append(canonical)
        try:
            yield
        finally:
            self._open.pop()

    def require_supplements(self, definition: Definition) -> None:
        """Note which supplements the value set cannot do without."""
        self.required_supplements |= dict.fromkeys(definition.supplements)

    def see_supplements(self, edition: Edition) -> None:
        """Note which of the required supplements the edition brings."""
        for each in self.required_supplements:
            if has_supplement(edition, each):
                self.used_supplements.add(each)

    def check_supplements(self) -> None:
        """Raises OperationFailed where a required supplement was found for no code system."""
        missing = [each for each in self.required_supplements if each not in self.used_supplements]
        if missing:
            names = ",".join(missing)
            raise failure("VALUESET_SUPPLEMENT_MISSING", chinese=self.options.chinese, supplements=names)

    def _applying(self, url: str, version: str | None) -> list[Table]:
        return [each for each in self.content.supplements(url) if self._is_wanted(each.header, version)]

    def _is_wanted(self, supplement: Resource, version: str | None) -> bool:
        stated = {supplement.get("url"), canonical_of(supplement)}
        wanted = split_canonical(str(supplement.get("supplements", "")))[1]
        return not stated.isdisjoint(self.required_supplements) and (not wanted or version_matches(wanted, version))

    def _agreed(self, rules: list[VersionRule], mode: str, url: str) -> str | None:
        version: str | None = None
        for rule in rules:
            if rule.mode != mode:
                continue
            if version is not None and version != rule.version:
                params = {"system": url, "version": version, "found": rule.version}
                raise failure("system-version-contradiction", chinese=self.options.chinese, **params)
            version = self._apply(rule)
        return version

    def _apply(self, rule: VersionRule) -> str:
        self.applied[rule.applied] = None
        return rule.version

    def _unknown_for_expansion(self, url: str, version: str | None) -> OperationFailed:
        chinese = self.options.chinese
        if not version:
            return failure("UNKNOWN_CODESYSTEM_EXP", chinese=chinese, system=url)
        held = self.content.versions(url)
        if not held:
            return failure("UNKNOWN_CODESYSTEM_VERSION_EXP_NONE", chinese=chinese, system=url, version=version)
        versions = listed_versions(held)
        params = {"system": url, "version": version, "versions": versions}
        return failure("UNKNOWN_CODESYSTEM_VERSION_EXP", chinese=chinese, **params)


def is_open_ended(edition: Edition) -> bool:
    """Whether the codes cannot be listed."""
    return isinstance(edition, GrammarEdition)


def is_partial(edition: Edition) -> bool:
    """Whether the code system holds only some of its codes."""
    return content_of(edition) != "complete"
