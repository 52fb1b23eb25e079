"""Work on package drafts that takes seconds, done off the event loop: compiling, comparing, rendering for readers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import DefinitionError, PackageError
from fhir_kernel.resource import Resource
from registry.api.kit import Kit
from registry.casework.drafts import PackageDraft
from registry.drafting.diff.change import Difference
from registry.drafting.diff.difference import Compared, differences
from registry.drafting.intake import Upload
from registry.drafting.package.compile import catalog_of
from registry.drafting.package.draft import Draft
from registry.drafting.package.upload import draft_in
from registry.drafting.render.code_table import CodeTable, code_system_table, value_set_table
from registry.drafting.render.profile_table import ProfileTable, profile_table
from registry.records.keeping import missing
from registry.refusal import Refused
from registry.sentence import Sentence

Key = TypeVar("Key")
Value = TypeVar("Value")
RENDERED = ("StructureDefinition", "CodeSystem", "ValueSet")
"""What has a table for readers."""
_REMEMBERED = 8
"""Differences and drafts that are kept in memory, since readers ask for the same ones."""


@dataclass(slots=True)
class Workshop:
    """Reads drafts that are kept and works on them; one for a process."""

    kit: Kit
    _drafts: OrderedDict[str, Compared] = field(default_factory=OrderedDict)
    _differences: OrderedDict[tuple[str, str], Difference] = field(default_factory=OrderedDict)

    async def draft(self, kept: PackageDraft) -> Compared:
        """A draft among the definitions that it stands on. Raises Refused."""

        async def make() -> Compared:
            content = await self.kit.store.kept(kept.content)
            if content is None:
                raise missing(Sentence("content", "内容"), kept.content)
            return await self.kit.at_work(lambda: _compared(self.kit, kept, content))

        return await _remembered(self._drafts, kept.content, make)

    async def difference(self, before: PackageDraft, after: PackageDraft) -> Difference:
        """What changed from one draft to another. Raises Refused."""

        async def make() -> Difference:
            old, new = await self.draft(before), await self.draft(after)
            return await self.kit.at_work(lambda: differences(old, new))

        return await _remembered(self._differences, (before.content, after.content), make)

    async def table(self, kept: PackageDraft, url: str) -> ProfileTable | CodeTable:
        """An artefact for readers. Raises Refused where the draft has none of this URL."""
        compared = await self.draft(kept)
        found = next((each.resource for each in compared.draft.artefacts if each.resource.get("url") == url), None)
        if found is None or found.get("resourceType") not in RENDERED:
            raise missing(Sentence("profile, code system or value set", "规范、代码系统或值集"), url)
        return await self.kit.at_work(lambda: _table(found, compared.catalog))


async def _remembered(known: OrderedDict[Key, Value], key: Key, make: Callable[[], Awaitable[Value]]) -> Value:
    if key in known:
        known.move_to_end(key)
        return known[key]
    made = known[key] = await make()
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
    return made


def _compared(kit: Kit, kept: PackageDraft, content: bytes) -> Compared:
    kit.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="kept-", dir=kit.folder) as folder:
        path = Path(folder) / "package.tgz"
        path.write_bytes(content)
        draft, _ = draft_in(Upload(path, len(content), kept.content), Path(folder), kit.bench, kit.packages)
    return Compared(draft, _catalog(kit, draft))


def _catalog(kit: Kit, draft: Draft) -> Catalog:
    try:
        return catalog_of(draft, kit.bench)
    except PackageError as error:
        said = Sentence(f"a package that it depends on cannot be had: {error}", f"无法取得所依赖的软件包：{error}")
        raise Refused("conflict", (said,)) from error


def _table(resource: Resource, catalog: Catalog) -> ProfileTable | CodeTable:
    if resource["resourceType"] == "CodeSystem":
        return code_system_table(resource)
    if resource["resourceType"] == "ValueSet":
        return value_set_table(resource, catalog)
    try:
        return profile_table(catalog.structure(str(resource["url"])))
    except DefinitionError as error:
        raise Refused("conflict", (Sentence(f"it does not compile: {error}", f"无法编译：{error}"),)) from error
