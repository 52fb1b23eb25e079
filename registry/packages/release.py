"""One version of a package on the shelf, and the artefacts in it that have a canonical address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from fhir_kernel.packages.versions import Key, sort_key
from fhir_kernel.store.records import Document
from registry.packages.naming import is_prerelease


@dataclass(frozen=True, slots=True)
class Facts:
    """What package.json says (https://hl7.org/fhir/packages.html)."""

    title: str = ""
    description: str = ""
    canonical: str = ""
    type: str = ""
    homepage: str = ""
    """Where people read about it; `url` in package.json."""
    author: str = ""
    license: str = ""
    fhir_versions: tuple[str, ...] = ()
    dependencies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digests:
    """What tells the bytes of an archive."""

    sha256: str
    """Hexadecimal; the name by which the store keeps it."""
    sha1: str
    """Hexadecimal."""
    sha512: str
    """Base64."""
    size: int


@dataclass(frozen=True, slots=True)
class Artefact:
    """A resource in a package that has a canonical address."""

    url: str
    version: str
    """Its business version, or nothing."""
    type: str
    id: str
    file: str
    """Its name below the root of the archive."""
    digest: str
    """SHA-256 of the file; the store keeps it by that, but not those of mirrored packages."""

    def document(self) -> Document:
        """As it is kept."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Placed:
    """An artefact with the package version that holds it."""

    artefact: Artefact
    package: str
    package_version: str
    is_mirrored: bool

    @property
    def precedence(self) -> Key:
        """Sorts by package version, the oldest first."""
        return sort_key(self.package_version)

    def document(self) -> Document:
        """As it is kept."""
        own = {"package": self.package, "packageVersion": self.package_version, "mirrored": self.is_mirrored}
        return {**self.artefact.document(), **own}


@dataclass(frozen=True, slots=True)
class Release:
    """A version of a package, which is never changed."""

    name: str
    version: str
    facts: Facts
    digests: Digests
    published: datetime
    """When it was placed, in UTC."""
    is_mirrored: bool = False
    """Whether somebody else has published it."""

    @property
    def is_prerelease(self) -> bool:
        return is_prerelease(self.version)

    @property
    def precedence(self) -> Key:
        """Sorts versions, the oldest first (https://semver.org/#spec-item-11)."""
        return sort_key(self.version)

    def document(self) -> Document:
        """As it is kept."""
        facts = asdict(self.facts)
        facts["fhirVersions"] = list(facts.pop("fhir_versions"))
        return {
            "name": self.name,
            "version": self.version,
            "facts": facts,
            "digests": asdict(self.digests),
            "published": self.published.isoformat(),
            "mirrored": self.is_mirrored,
        }


def release_of(document: Document) -> Release:
    """The release that was kept."""
    facts = dict(document["facts"])
    versions = tuple(facts.pop("fhirVersions"))
    return Release(
        document["name"],
        document["version"],
        Facts(**facts, fhir_versions=versions),
        Digests(**document["digests"]),
        datetime.fromisoformat(document["published"]),
        document["mirrored"],
    )


def placed_of(document: Document) -> Placed:
    """The artefact that was kept."""
    own = {name: value for name, value in document.items() if name in Artefact.__slots__}
    return Placed(Artefact(**own), document["package"], document["packageVersion"], document["mirrored"])
