"""Conformance resources by canonical URL: an immutable snapshot of what the loaded packages hold.

https://hl7.org/fhir/R4/references.html#canonical tells how a version is asked for and which one is meant without.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from fhir_kernel.definitions.index import TYPES, Entry, Layer, MemoryLayer, has_snapshot
from fhir_kernel.definitions.index_choice import Hit, Lookalikes, best, better
from fhir_kernel.definitions.index_model import types_of
from fhir_kernel.definitions.index_open import IndexStore, open_layer
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import SnapshotError, UnknownDefinition
from fhir_kernel.packages.package import Package, no_types
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.packages.resolve import resolve_packages
from fhir_kernel.packages.versions import matches
from fhir_kernel.resource import Resource, split_canonical
from fhir_kernel.settings import Settings, load_settings


class Catalog:
    """Definitions in layers. Layers of the first `packages` are peers; what `extended` adds stands above them."""

    def __init__(
        self,
        resources: Iterable[Resource] = (),
        *,
        layers: Sequence[tuple[int, Layer]] = (),
        packages: Sequence[Package] = (),
        notes: Sequence[str] = (),
    ) -> None:
        """`layers` come with their rank, lowest first; `resources` stand above all."""
        own = MemoryLayer(resources)
        above = max((rank for rank, _ in layers), default=-1) + 1
        self._layers = (*layers, (above, own)) if own.entries() else tuple(layers)
        self.packages = tuple(packages)
        """The packages that were loaded, the core package first."""
        self.notes = tuple(notes)
        """What a person should know about how they were loaded."""
        self._found: dict[tuple[str, str | None], Hit] = {}
        self._lookalikes: dict[str | None, Lookalikes] = {}
        self._snapshots: dict[str, Resource] = {}
        self._in_work: list[str] = []
        self._generating = threading.RLock()

    def find(self, canonical: str, resource_type: str | None = None) -> Resource | None:
        """The definition that `url` or `url|version` names, as it was loaded; the newest where several fit.

        A CodeSystem that holds its codes wins over one that does not. `4.0` as version means the newest 4.0.x. A bare
        name such as `Patient` means the type.
        """
        hit = self._found.get((canonical, resource_type)) or self._find(canonical, resource_type)
        return hit.layer.load(hit.position) if hit else None

    def entry(self, canonical: str, resource_type: str | None = None) -> Entry | None:
        """What is known, without parsing it, of the definition that `find` gives."""
        hit = self._find(canonical, resource_type)
        return hit.entry if hit else None

    def versions(self, url: str, resource_type: str) -> list[Entry]:
        """What is known of every definition of this type that bears exactly this URL."""
        return [hit.entry for hit in self._named(url) if hit.entry.resource_type == resource_type]

    def structure(self, canonical: str) -> Resource:
        """The StructureDefinition that `canonical` or a type's name names, with its snapshot, generated if it has none.

        Raises UnknownDefinition, SnapshotError.
        """
        made = self._snapshots.get(canonical)
        if made is not None:
            return made
        found = self.find(canonical, "StructureDefinition")
        if found is None:
            raise UnknownDefinition("no loaded package holds this profile", url=canonical)
        return found if has_snapshot(found) else self._generated(canonical, found)

    def all(self, resource_type: str) -> Iterator[Resource]:
        """Every definition of one type; where a URL and version stands several times, the one that `find` gives."""
        for hit in self._hits(resource_type):
            yield hit.layer.load(hit.position)

    def entries(self, resource_type: str | None = None) -> Iterator[Entry]:
        """What is known, without parsing, of every definition, or of those of one type."""
        return (hit.entry for hit in self._hits(resource_type))

    def names(self, resource_type: str | None = None) -> list[str]:
        """The URLs of every definition, or of those of one type, sorted."""
        return sorted({entry.url for entry in self.entries(resource_type)})

    def nearest(self, url: str, resource_type: str | None = None) -> list[str]:
        """At most three canonicals that look like `url`, best first; other versions, where only that is wrong."""
        bare, version, _ = split_canonical(url)
        named = [hit.entry for hit in self._named(bare) if resource_type in (None, hit.entry.resource_type)]
        if named and version is not None:
            return [each.canonical for each in named][-3:]
        if resource_type not in self._lookalikes:
            self._lookalikes[resource_type] = Lookalikes(self.names(resource_type))
        return self._lookalikes[resource_type].nearest(bare)

    def extended(self, resources: Iterable[Resource]) -> Catalog:
        """A new catalog that holds `resources` too; they win over what is there. Nothing is copied."""
        extended = Catalog(resources, layers=self._layers, packages=self.packages, notes=self.notes)
        added = extended._layers[len(self._layers) :]
        if not any(entry.resource_type == "StructureDefinition" for _, layer in added for entry in layer.entries()):
            extended._snapshots = self._snapshots  # nothing that they are made from was changed
        return extended

    def laid_on(self, layer: Layer) -> Catalog:
        """A new catalog that finds in `layer` what it does not hold itself. Nothing is copied."""
        below = min((rank for rank, _ in self._layers), default=0) - 1
        return Catalog(layers=((below, layer), *self._layers), packages=self.packages, notes=self.notes)

    @cached_property
    def model(self) -> Model:
        """The types of the loaded packages. Raises DefinitionError where a package defines one badly."""
        compiled = [model for _, layer in self._layers if (model := layer.model()) is not None]
        loose = [layer for _, layer in self._layers if layer.model() is None]
        named = {entry.type for layer in loose for entry in layer.entries() if entry.defines_type}
        if compiled and named <= compiled[0].types.keys():
            return compiled[0]
        types = (hit.entry for hit in self._hits("StructureDefinition") if hit.entry.defines_type)
        return types_of(self.structure(entry.canonical) for entry in types)

    def _generated(self, canonical: str, structure: Resource) -> Resource:
        from fhir_kernel.definitions.snapshot import generate  # needs this module

        with self._generating:
            made = self._snapshots.get(canonical)
            if made is not None:  # another thread was quicker
                return made
            url = structure["url"]
            if url in self._in_work:
                chain = " → ".join([*self._in_work[self._in_work.index(url) :], url])
                raise SnapshotError(f"the profile is derived from itself: {chain}", url=url)
            self._in_work.append(url)
            try:
                made = self._snapshots[canonical] = generate(structure, self)
            finally:
                self._in_work.pop()
        return made

    def _find(self, canonical: str, resource_type: str | None) -> Hit | None:
        url, version, _ = split_canonical(canonical)
        if "/" not in url and ":" not in url:
            url = TYPES + url
        fitting = [hit for hit in self._named(url) if resource_type in (None, hit.entry.resource_type)]
        if version is not None:
            exact = [hit for hit in fitting if hit.entry.version == version]
            fitting = exact or [hit for hit in fitting if matches(hit.entry.version, version)]
        meant = best(fitting)
        if meant is not None and (version is None or meant.entry.version == version):
            self._found[canonical.partition("#")[0], resource_type] = meant
        return meant

    def _named(self, url: str) -> Iterator[Hit]:
        for rank, layer in self._layers:
            for position in layer.positions(url):
                yield Hit(layer.entry(position), layer, position, rank)

    def _hits(self, resource_type: str | None) -> Iterator[Hit]:
        winners: dict[tuple[str, str, str | None], Hit] = {}
        for rank, layer in self._layers:
            for position, entry in enumerate(layer.entries()):
                if resource_type in (None, entry.resource_type):
                    key = entry[:3]
                    hit = Hit(entry, layer, position, rank)
                    winners[key] = better(winners[key], hit) if key in winners else hit
        return iter(winners.values())


def open_catalog(settings: Settings, packages: Sequence[str] = (), *, progress: Progress | None = None) -> Catalog:
    """FHIR's own definitions and those of `packages`: each a .tgz, a folder, a file or name#version.

    What is not installed is fetched first, what is not indexed is indexed. Raises PackageError.
    """
    progress = progress or silent
    resolution = resolve_packages(packages, settings, progress=progress)
    store = IndexStore(settings.cache_folder / "index", settings.parsed_definitions)
    layers: list[tuple[int, Layer]] = []

    def types() -> Model:
        return Catalog(layers=layers).model if layers else no_types()

    for package in resolution.packages:
        layers.append((0, open_layer(package, store, types, progress=progress)))
    return Catalog(layers=layers, packages=resolution.packages, notes=resolution.notes)


def open_core() -> Catalog:
    """FHIR's own definitions, with the settings of the environment. Raises SettingsError, PackageError."""
    return open_catalog(load_settings())
