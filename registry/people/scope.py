"""Where a role holds: in a committee, in a drafting group, in a jurisdiction, or everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from registry.sentence import Sentence

ScopeKind = Literal["committee", "group", "jurisdiction", "everything"]
SCOPE_KINDS: tuple[ScopeKind, ...] = get_args(ScopeKind)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_DIVISION = re.compile(r"[1-9][0-9]([0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Scope:
    """A place. `code` is the id of a committee or group, or a division of GB/T 2260; the nation has the code ''.

    A province reaches over its cities and counties; the nation is a place of its own, beside the provinces.
    """

    kind: ScopeKind
    code: str = ""

    @classmethod
    def everything(cls) -> Scope:
        """All places."""
        return cls("everything")

    def covers(self, other: Scope) -> bool:
        """Whether what holds here holds at the other place, too."""
        if self.kind == "everything":
            return True
        if self.kind != other.kind:
            return False
        if self.kind != "jurisdiction" or not self.code:
            return self.code == other.code
        return other.code.startswith(_division(self.code))

    @property
    def said(self) -> Sentence:
        """The place as a part of a sentence."""
        if self.kind == "jurisdiction" and not self.code:
            return Sentence("national standards", "国家级标准")
        return {
            "committee": Sentence(f"committee {self.code}", f"标委会 {self.code}"),
            "group": Sentence(f"drafting group {self.code}", f"起草组 {self.code}"),
            "jurisdiction": Sentence(f"jurisdiction {self.code}", f"行政区划 {self.code}"),
            "everything": Sentence("everything", "全部"),
        }[self.kind]

    @property
    def problem(self) -> Sentence | None:
        """What is wrong with the code; None where it can be one."""
        if self.kind == "everything":
            return _unfit(self.code, "none", "为空") if self.code else None
        if self.kind == "jurisdiction":
            fits = not self.code or _DIVISION.fullmatch(self.code)
            return (
                None
                if fits
                else _unfit(self.code, "two, four or six digits of GB/T 2260", "GB/T 2260 的 2、4 或 6 位数字")
            )
        return (
            None if _ID.fullmatch(self.code) else _unfit(self.code, "the id of a " + self.kind, "标委会或起草组的标识")
        )

    def __str__(self) -> str:
        return f"{self.kind}/{self.code}" if self.kind != "everything" else self.kind


def _division(code: str) -> str:
    """The digits that all divisions within it begin with: `31` of 310000, `3101` of 310100."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def _unfit(code: str, en: str, zh: str) -> Sentence:
    return Sentence(f"the code of the scope is '{code}'; expected {en}", f"范围代码为“{code}”；应为{zh}")
