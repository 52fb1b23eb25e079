"""How this part says no: one refusal with one sentence, at a place where there is one."""

from __future__ import annotations

from registry.refusal import Kind, Refused
from registry.sentence import Sentence


def refused(kind: Kind, en: str, zh: str, *, where: str = "") -> Refused:
    """The refusal of `kind` to raise; `where` names the file or the element at fault."""
    return Refused(kind, (Sentence(en, zh),), where=where)
