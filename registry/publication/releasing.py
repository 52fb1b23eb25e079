"""From the frozen draft to the archive that is published, and its installation for trial. All of it takes a while.

https://hl7.org/fhir/packages.html. All artefacts get the version and the days of the edition; what the draft was stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from fhir_kernel.errors import DefinitionError, PackageError
from fhir_kernel.resource import Resource
from registry.drafting.diff.difference import Compared, differences
from registry.drafting.intake import Upload
from registry.drafting.package.bench import Bench
from registry.drafting.package.compile import catalog_of, compile_draft
from registry.drafting.package.draft import Draft, Part
from registry.drafting.package.limits import PackageLimits
from registry.drafting.package.release import ReleaseAs, release_archive
from registry.drafting.package.upload import draft_in
from registry.refusal import Refused
from registry.sentence import Sentence

EFFECTIVE_PERIOD = "http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod"
"""https://hl7.org/fhir/R4/extension-resource-effectiveperiod.html"""
_HAVE_PERIOD = frozenset(
    (
        *("CapabilityStatement", "CodeSystem", "CompartmentDefinition", "ConceptMap", "ImplementationGuide"),
        *("NamingSystem", "OperationDefinition", "SearchParameter", "StructureDefinition", "StructureMap", "ValueSet"),
    )
)
_CODES = ("CodeSystem", "ValueSet")
_SETTLED = ("version", "date", "status", "extension")
"""What a release says of every artefact."""
_MOST_SENTENCES = 20


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a release is made with: definitions and validators, limits, and a folder for what is needed in between."""

    bench: Bench
    limits: PackageLimits
    folder: Path


@dataclass(frozen=True, slots=True)
class Staged:
    """What came of installing an archive for trial."""

    errors: int
    sentences: tuple[Sentence, ...]


def package_name(content: bytes, shop: Workshop) -> str:
    """The name of the package in a draft. Raises Refused."""
    return str(_draft(content, shop).manifest.get("name", ""))


def released(content: bytes, version: str, published: date, in_force: date, shop: Workshop) -> bytes:
    """The archive of a draft as it is published; the same input gives the same bytes. Raises Refused."""
    draft = _effective(_draft(content, shop), in_force)
    try:
        return release_archive(draft, catalog_of(draft, shop.bench), ReleaseAs(version, published.isoformat()))
    except (DefinitionError, PackageError) as error:
        sentence = Sentence(f"the package cannot be released: {error}", f"数据包无法发布：{error}")
        raise Refused("invalid", (sentence,), where="package") from error


def staged(content: bytes, shop: Workshop) -> Staged:
    """Compile an archive and validate its examples as a server does that knows nothing else. Raises Refused."""
    draft = _draft(content, shop)
    compilation = compile_draft(draft, shop.bench, shop.limits)
    found = [
        Sentence(
            f"{each.artefact or each.file}: {each.sentence.en}", f"{each.artefact or each.file}：{each.sentence.zh}"
        )
        for each in compilation.findings
        if each.is_error
    ]
    nameless = [_nameless(each) for each in draft.artefacts if not isinstance(each.resource.get("id"), str)]
    errors = dict(compilation.counts)["error"] + len(nameless)
    return Staged(errors, tuple([*nameless, *found][:_MOST_SENTENCES]))


def is_codes_only(before: bytes, after: bytes, shop: Workshop) -> bool:
    """Whether an archive differs from the one before in code systems and value sets alone, and breaks nothing."""
    one, other = (_draft(each, shop) for each in (before, after))
    found = differences(Compared(one, catalog_of(one, shop.bench)), Compared(other, catalog_of(other, shop.bench)))
    if found.step == "major" or found.left_off:
        return False
    return all(each.type in _CODES or (not each.element and each.facet in _SETTLED) for each in found.changes)


def _draft(content: bytes, shop: Workshop) -> Draft:
    shop.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="release-", dir=shop.folder) as temporary:
        path = Path(temporary) / "package.tgz"
        path.write_bytes(content)
        upload = Upload(path, len(content), sha256(content).hexdigest())
        draft, _ = draft_in(upload, Path(temporary), shop.bench, shop.limits)
    return draft


def _effective(draft: Draft, in_force: date) -> Draft:
    return replace(draft, artefacts=tuple(_from(each, in_force) for each in draft.artefacts))


def _from(part: Part, in_force: date) -> Part:
    if part.type not in _HAVE_PERIOD:
        return part
    period: Resource = {"url": EFFECTIVE_PERIOD, "valuePeriod": {"start": in_force.isoformat()}}
    others: Sequence[Resource] = part.resource.get("extension", ())
    kept = [each for each in others if each.get("url") != EFFECTIVE_PERIOD]
    return replace(part, resource={**part.resource, "extension": [*kept, period]})


def _nameless(part: Part) -> Sentence:
    return Sentence(f"{part.file}: the artefact has no id", f"{part.file}：该制品没有 id")
