"""Who may file which document: who takes an action that asks for it, and whom the rules name besides."""

from __future__ import annotations

from collections.abc import Sequence

from registry.lifecycle.rules import Rules
from registry.people.roles import ANYONE
from registry.refusal import Refused
from registry.sentence import Sentence

_NOBODY = "S"
"""Who files what no action asks for."""


def roles_filing(kind: str, rules: Rules) -> Sequence[str]:
    """The roles that may file a document of a kind. Raises Refused (invalid) where the rules know no such kind."""
    if kind not in rules.documents:
        known = ", ".join(rules.documents)
        said = Sentence(f"there is no document '{kind}'; expected one of {known}", f"没有文件“{kind}”；应为 {known}")
        raise Refused("invalid", (said,), where="kind")
    asking = (role for each in rules.transitions if kind in each.documents for role in each.roles)
    roles = dict.fromkeys((*asking, *rules.documents[kind].filers))
    return tuple(each for each in roles if each != ANYONE) or (_NOBODY,)


def filing(kind: str, rules: Rules) -> Sentence:
    """What filing it is called."""
    name = rules.documents[kind].name
    return Sentence(f"filing '{name.en}'", f"提交“{name.zh}”")
