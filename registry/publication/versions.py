"""The version of a package: the year of the edition, and for each amendment of it the next minor number."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store.base import Reader
from registry.model.edition import Edition
from registry.model.project import Project
from registry.packages.shelf import releases
from registry.publication.numbering import related_editions
from registry.publication.record import find_publication
from registry.records.keeping import editions
from registry.records.numbers import number_of
from registry.refusal import Refused
from registry.sentence import Sentence


async def next_version(reader: Reader, project: Project, its: Edition, package: str) -> str:
    """`2021.0.0` of an edition, `2021.1.0` of its first amendment. Raises Refused (conflict)."""
    if project.kind != "amendment":
        return f"{number_of(its.number).year}.0.0"
    published = [await find_publication(reader, each.id) for each in await related_editions(reader, its, "amends")]
    archives = [each.archive for each in published if each is not None and each.archive is not None]
    if not archives:
        raise _nothing_amended()
    return await next_minor(reader, archives[0].version, package)


async def next_minor(reader: Reader, version: str, package: str) -> str:
    """The first minor version that is free after those of the same year."""
    major = version.partition(".")[0]
    known = [each.version for each in await releases(reader, package)]
    minors = [int(each.split(".")[1]) for each in known if each.startswith(f"{major}.") and "-" not in each]
    return f"{major}.{max(minors, default=0) + 1}.0"


async def amendments_of(reader: Reader, its: Edition) -> Sequence[str]:
    """The ids of the amendments of an edition."""
    target = f"{its.standard}/{its.id}"
    others = await editions(reader, its.standard)
    return [each.id for each in others if any(row.target == target for row in each.related("amends"))]


def _nothing_amended() -> Refused:
    en = "the edition that is amended has no published package; expected one whose rules the amendment replaces"
    zh = "被修改的标准没有已发布的数据包；修改单须修改已发布的规则"
    return Refused("conflict", (Sentence(en, zh),), where="amends")
