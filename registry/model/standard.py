"""A standard: a series of editions under one number, such as WS/T 788."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.sentence import Sentence

StandardKind = Literal["GB", "GB/T", "WS", "WS/T", "DB", "DB/T", "T"]
STANDARD_KINDS: tuple[StandardKind, ...] = get_args(StandardKind)
StandardClass = Literal["basis", "data", "technology", "management", "security"]
STANDARD_CLASSES: tuple[StandardClass, ...] = get_args(StandardClass)
Track = Literal["text", "registry"]
"""`registry`: a code table whose custodian releases minor versions without reopening the text."""
TRACKS: tuple[Track, ...] = get_args(Track)

KIND_NAMES: Mapping[StandardKind, Sentence] = MappingProxyType(
    {
        "GB": Sentence("national standard, mandatory", "强制性国家标准"),
        "GB/T": Sentence("national standard, recommended", "推荐性国家标准"),
        "WS": Sentence("health standard, mandatory", "强制性卫生行业标准"),
        "WS/T": Sentence("health standard, recommended", "推荐性卫生行业标准"),
        "DB": Sentence("local standard, mandatory", "强制性地方标准"),
        "DB/T": Sentence("local standard, recommended", "推荐性地方标准"),
        "T": Sentence("group standard", "团体标准"),
    }
)
CLASS_NAMES: Mapping[StandardClass, Sentence] = MappingProxyType(
    {
        "basis": Sentence("basis", "基础"),
        "data": Sentence("data", "数据"),
        "technology": Sentence("technology", "技术"),
        "management": Sentence("management", "管理"),
        "security": Sentence("security and privacy", "安全与隐私"),
    }
)


@dataclass(frozen=True, slots=True)
class Standard(Kept):
    """A standard, from the day it is proposed."""

    id: str
    title: Sentence
    kind: StandardKind
    system_class: StandardClass
    created: datetime
    jurisdiction: str = ""
    """A division of GB/T 2260; empty for the nation."""
    committee: str = ""
    """The id of the committee that looks after it."""
    number: str = ""
    """Such as `WS/T 788`; empty until it is given, then never changed."""
    track: Track = "text"
    custodian: str = ""
    """The person who looks after the code tables of the registry track."""


def standard_of(id_: str, kept: Document) -> Standard:
    """The standard that was kept."""
    return read(Standard, kept, id=id_)
