"""Compiles a draft: every definition is used as a server would use it, every example is held to what it claims.

https://hl7.org/fhir/R4/profiling.html, https://hl7.org/fhir/R4/validation.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from conformance.validator import Validator
from conformance.validator.compile_profile import compile_profile
from conformance.validator.definitions import Definitions
from conformance.validator.flaw import STUMBLES
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import DefinitionError, PackageError
from fhir_kernel.resource import Resource
from registry.drafting.package.bench import Bench
from registry.drafting.package.compilation import Compilation, Outcome, compilation_of
from registry.drafting.package.draft import Draft, Part
from registry.drafting.package.finding import Finding, finding, of_issue
from registry.drafting.package.limits import PackageLimits
from registry.drafting.package.manifest import check_manifest, dependencies_of


def compile_draft(
    draft: Draft,
    bench: Bench,
    limits: PackageLimits,
    *,
    said: tuple[Finding, ...] = (),
    now: Callable[[], float] = monotonic,
) -> Compilation:
    """What is wrong with `draft`, artefact by artefact; `said` is what was found before. Never raises for bad content.

    Blocks for seconds: call it off the event loop.
    """
    findings = [*said, *draft.unreadable, *check_manifest(draft), *_doubles(draft)]
    catalog = _catalog(draft, bench, findings)
    check = _Check(draft, catalog, bench.validator(catalog), now() + limits.seconds, now)
    outcomes = []
    for part, is_example in [*((each, False) for each in draft.artefacts), *((each, True) for each in draft.examples)]:
        found = list(check.example(part) if is_example else check.artefact(part))
        findings += found
        outcomes.append(_outcome(part, is_example, found))
    package = f"{draft.manifest.get('name', '?')}#{draft.manifest.get('version', '?')}"
    return compilation_of(package, draft.digest, outcomes, findings, limits.findings)


def catalog_of(draft: Draft, bench: Bench) -> Catalog:
    """The definitions of the draft above those of the packages that it depends on. Raises PackageError."""
    needed = dependencies_of(draft.manifest)
    below = bench.catalog([f"{name}#{version}" for name, version in needed.items()])
    return below.extended(each.resource for each in draft.artefacts)


def _catalog(draft: Draft, bench: Bench, findings: list[Finding]) -> Catalog:
    try:
        return catalog_of(draft, bench)
    except PackageError as error:
        en, zh = f"a dependency cannot be had: {error}", f"无法获得依赖的软件包：{error}"
        findings.append(finding("draft.dependency", "error", en, zh, file="package.json", element="dependencies"))
        return bench.catalog(()).extended(each.resource for each in draft.artefacts)


def _doubles(draft: Draft) -> Iterator[Finding]:
    """Two resources of one name in a package: which one is meant depends on the tool."""
    seen: dict[tuple[str, str], Part] = {}
    for part in draft.artefacts:
        first = seen.setdefault((part.type, part.name), part)
        if first is not part:
            en, zh = f"{part.name} stands in {first.file} already", f"{part.name} 已在 {first.file} 中定义"
            yield finding("draft.double", "error", en, zh, artefact=part.name, file=part.file)


@dataclass(frozen=True, slots=True)
class _Check:
    """The compilation of one draft under way."""

    draft: Draft
    catalog: Catalog
    validator: Validator
    deadline: float
    now: Callable[[], float]

    def artefact(self, part: Part) -> Iterator[Finding]:
        if self.now() > self.deadline:
            yield _not_reached(part)
            return
        found = list(self._judged(part))
        if part.type == "StructureDefinition" and not any(each.is_error for each in found):
            found += self._compiled(part)
        yield from found

    def example(self, part: Part) -> Iterator[Finding]:
        if self.now() > self.deadline:
            yield _not_reached(part)
            return
        claimed = self.draft.claims.get(f"{part.type}/{part.resource.get('id', '')}")
        claims = [*_profiles(part.resource), *([claimed] if claimed is not None else [])]
        if not claims:
            en, zh = "the example claims no profile", "该示例未声明任何配置文件"
            yield finding(
                "draft.no-claim", "warning", en, zh, artefact=part.name, file=part.file, element="meta.profile"
            )
        for profile in claims:
            if self.catalog.find(profile, "StructureDefinition") is None:
                en, zh = f"the example claims {profile}, which is not known", f"该示例声明的配置文件 {profile} 未知"
                place = "meta.profile"
                yield finding("draft.claim", "error", en, zh, artefact=part.name, file=part.file, element=place)
        yield from self._judged(part, [claimed] if claimed is not None else [])

    def _judged(self, part: Part, profiles: list[str] | None = None) -> Iterator[Finding]:
        report = self.validator.validate(part.resource, profiles or ())
        return (of_issue(each, part.name, part.file, part.resource) for each in report.issues)

    def _compiled(self, part: Part) -> Iterator[Finding]:
        """What a server would stumble over; what is not well-formed has been told by then."""
        try:
            self.catalog.structure(part.name)
            compile_profile(part.name, Definitions(self.catalog))
        except DefinitionError as error:
            en, zh = f"the profile does not compile: {error}", f"配置文件无法编译：{error}"
            yield finding("draft.broken", "error", en, zh, artefact=part.name, file=part.file, element=error.path)
        except STUMBLES as error:
            en, zh = f"the profile does not compile: {error!r}", f"配置文件无法编译：{error!r}"
            yield finding("draft.broken", "error", en, zh, artefact=part.name, file=part.file)


def _profiles(resource: Resource) -> list[str]:
    meta = resource.get("meta")
    found = meta.get("profile") if isinstance(meta, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _not_reached(part: Part) -> Finding:
    en, zh = "not checked: the time for the package was over", "未检查：软件包的检查时间已用完"
    return finding("draft.not-reached", "error", en, zh, artefact=part.name, file=part.file)


def _outcome(part: Part, is_example: bool, found: list[Finding]) -> Outcome:
    counts: dict[str, int] = defaultdict(int)
    for each in found:
        counts["error" if each.is_error else each.severity] += 1
    title = part.resource.get("title") or part.resource.get("name")
    return Outcome(
        part.name,
        part.file,
        part.type,
        title if isinstance(title, str) else "",
        is_example,
        counts["error"],
        counts["warning"],
    )
