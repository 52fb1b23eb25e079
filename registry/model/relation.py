"""How a standard stands to others, to a plan and to the system of standards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from registry.model.codec import Kept
from registry.sentence import Sentence

RelationKind = Literal[
    "replaces", "amends", "references-normative", "references-informative", "adopts", "plan", "class"
]
RELATION_KINDS: tuple[RelationKind, ...] = get_args(RelationKind)

RELATION_NAMES: Mapping[RelationKind, Sentence] = MappingProxyType(
    {
        "replaces": Sentence("replaces", "代替"),
        "amends": Sentence("amends", "修改"),
        "references-normative": Sentence("refers to (normative)", "规范性引用"),
        "references-informative": Sentence("refers to (informative)", "资料性引用"),
        "adopts": Sentence("adopts", "采用国际标准"),
        "plan": Sentence("belongs to the plan", "列入计划"),
        "class": Sentence("belongs to the class", "属于类别"),
    }
)


@dataclass(frozen=True, slots=True)
class Relation(Kept):
    """A relation of an edition. `target` is the id of what the registry keeps; `number` names what it need not keep."""

    kind: RelationKind
    target: str = ""
    number: str = ""
    """Such as `ISO 13606-1:2019` or `GB/T 2261.1-2003`."""
