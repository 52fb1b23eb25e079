"""Numbers of standards: the next that is free, and giving one that nobody else has, with what it replaces."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from fhir_kernel.store.base import Reader, Transaction
from registry.model.edition import Edition
from registry.model.project import Project
from registry.model.relation import Relation, RelationKind
from registry.model.standard import Standard
from registry.records.keeping import EDITIONS, PROJECTS, STANDARDS, edition, save_edition
from registry.records.numbers import NUMBERS, find_edition, give_number, holder, key_of, number_of
from registry.refusal import Kind, Refused
from registry.sentence import Sentence

_ASSOCIATION = re.compile(r"[A-Z]{2,10}")
_WHOLE = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Numbered:
    """What the publication officer says: the number, and the numbers of what the edition replaces or amends."""

    number: str
    replaces: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()


async def next_number(reader: Reader, standard: Standard, year: int, association: str = "") -> str:
    """The number that is proposed: that of the standard, else the first after all that are taken.

    `association` is the letters of a group standard: CHIA of `T/CHIA 1-2024`. Raises Refused (invalid).
    """
    if standard.number:
        return f"{standard.number}-{year}"
    prefix = prefix_of(standard, association)
    return f"{prefix} {max(await _serials(reader, prefix), default=0) + 1}-{year}"


def prefix_of(standard: Standard, association: str = "") -> str:
    """What its number begins with: `WS/T`, `DB31/T`, `T/CHIA`. Raises Refused (invalid)."""
    if standard.kind == "T":
        if not _ASSOCIATION.fullmatch(association):
            raise _refused(
                "invalid",
                f"found '{association}'; expected the letters of the association, such as CHIA",
                f"现为“{association}”；应为社会团体代号，如 CHIA",
                "association",
            )
        return f"T/{association}"
    if standard.kind in ("DB", "DB/T"):
        digits = standard.jurisdiction.removesuffix("00").removesuffix("00")[:4]
        if not digits:
            en, zh = "a local standard needs a jurisdiction for its number", "地方标准编号须有行政区划"
            raise _refused("invalid", en, zh, "jurisdiction")
        return standard.kind.replace("DB", f"DB{digits}")
    return standard.kind


async def allot(transaction: Transaction, project_id: str, wanted: Numbered) -> tuple[Standard, Edition]:
    """Give the edition of a project its number, and say what it replaces or amends, all in this commit.

    Raises Refused: no such number, another kind or series, taken (and by what), published already.
    """
    project = await PROJECTS.get(transaction, project_id)
    standard = await STANDARDS.get(transaction, project.standard)
    its = await edition(transaction, project.standard, project.edition)
    _check_relations(project, its, wanted)
    await _check_free(transaction, standard, its, wanted.number)
    standard, its = await give_number(transaction, standard, its, wanted.number)
    others = [each for each in its.relations if each.kind not in ("replaces", "amends")]
    made = [
        *[await _related(transaction, its, "replaces", each) for each in wanted.replaces],
        *[await _related(transaction, its, "amends", each) for each in wanted.amends],
    ]
    its = replace(its, relations=(*others, *made))
    await save_edition(transaction, its)
    return standard, its


async def _serials(reader: Reader, prefix: str) -> list[int]:
    """The numbers that are taken after a prefix."""
    names = [name.removeprefix(prefix) for name, _ in await reader.listed(NUMBERS, prefix=prefix)]
    return [int(found[0]) for rest in names if (found := _WHOLE.match(rest)) is not None]


def _check_relations(project: Project, its: Edition, wanted: Numbered) -> None:
    if wanted.amends and project.kind != "amendment":
        en, zh = f"the project is a {project.kind}; only an amendment amends", "只有修改单项目可以修改标准"
        raise _refused("invalid", en, zh, "amends")
    for where, numbers in (("replaces", wanted.replaces), ("amends", wanted.amends)):
        if any(key_of(each) in (key_of(wanted.number), key_of(its.number or "-")) for each in numbers):
            raise _refused("invalid", "an edition cannot replace or amend itself", "标准不能代替或修改自身", where)


async def _check_free(reader: Reader, standard: Standard, its: Edition, text: str) -> None:
    number = number_of(text)
    for each, own in ((number.standard, standard.id), (str(number), its.id)):
        other = await holder(reader, each)
        if other not in ("", own):
            raise _taken(each, await _named(reader, each))


async def _named(reader: Reader, number: str) -> Sentence:
    kept = await reader.load(NUMBERS, key_of(number)) or {}
    standard = await STANDARDS.find(reader, str(kept.get("standard", kept.get("id", ""))))
    return Sentence("-", "-") if standard is None else standard.title


async def _related(reader: Reader, its: Edition, kind: RelationKind, text: str) -> Relation:
    """A relation to what is registered here, else to what is known by its number alone."""
    number = str(number_of(text))
    found = await find_edition(reader, number)
    if found is None:
        if kind == "amends":
            en, zh = f"found {number}; expected an edition that was published here", f"{number} 未在此发布，无法修改"
            raise _refused("invalid", en, zh, "amends")
        return Relation(kind, number=number)
    if found.published is None:
        raise _refused("conflict", f"{number} has not been published", f"{number} 尚未发布", kind)
    if kind == "amends" and found.standard != its.standard:
        en, zh = f"{number} is of another standard; an amendment is of the same", f"{number} 属于其他标准"
        raise _refused("invalid", en, zh, "amends")
    return Relation(kind, f"{found.standard}/{found.id}", number)


async def related_editions(reader: Reader, its: Edition, kind: RelationKind) -> list[Edition]:
    """The editions that are registered here to which it stands so."""
    found = []
    for each in its.related(kind):
        standard, _, id_ = each.target.partition("/")
        if id_ and await reader.load(EDITIONS, each.target) is not None:
            found.append(await edition(reader, standard, id_))
    return found


def _taken(number: str, who: Sentence) -> Refused:
    return _refused(
        "conflict", f"the number {number} belongs to '{who.en}'", f"编号 {number} 已属于“{who.zh}”", "number"
    )


def _refused(kind: Kind, en: str, zh: str, where: str) -> Refused:
    return Refused(kind, (Sentence(en, zh),), where=where)
