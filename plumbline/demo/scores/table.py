"""The scores of a month as a table, and what each institution gains most by mending."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from plumbline.demo.provinces.cast import Member
from plumbline.demo.registry.scene import Column, Scene, Shown
from plumbline.demo.scores.evaluation import Account
from registry.sentence import Sentence

_ADDRESS = re.compile(r"https?://\S*/")
_DIMENSIONS = ("D1", "D2", "D3", "D4", "D5", "D6", "D7")
_WIDE = 112
_INSTITUTION = Column(Sentence("Institution", "机构"))
_SCORES = (
    _INSTITUTION,
    Column(Sentence("Software", "软件"), least=_WIDE),
    Column(Sentence("Score", "得分"), is_number=True),
    Column(Sentence("5–95 %", "区间"), is_number=True),
    Column(Sentence("Level", "等级")),
    *(Column(Sentence(each, each), is_number=True) for each in _DIMENSIONS),
)
_MENDING = (
    _INSTITUTION,
    Column(Sentence("To mend first", "首先整改")),
    Column(Sentence("Failed", "未通过"), is_number=True),
    Column(Sentence("Gain", "可提高"), is_number=True),
)


def scores_table(scene: Scene, first: date) -> Shown:
    """All members; the change stands beside the score where there is a month before."""
    accounts = scene.evaluation.accounts
    before = next((accounts[day] for day in sorted(accounts) if day < first), [None] * len(accounts[first]))
    rows = zip(scene.evaluation.members, accounts[first], before, strict=True)
    return Shown(_SCORES, [_row(*each) for each in rows])


def mending_table(scene: Scene, first: date) -> Shown:
    """What stands first in the account of each member."""
    pairs = zip(scene.evaluation.members, scene.evaluation.accounts[first], strict=True)
    return Shown(_MENDING, [_to_mend(scene, *each) for each in pairs])


def first_to_mend(account: Account) -> Mapping[str, Any] | None:
    """The rule by whose mending the score gains most; None where nothing is to be gained."""
    rules: Sequence[Mapping[str, Any]] = account["rules"]
    return rules[0] if rules and rules[0]["gain"] > 0 else None


def score_text(account: Account) -> str:
    """`93.17`, or a dash."""
    return "—" if account["score"] is None else f"{account['score']:.2f}"


def told_of(scene: Scene, rule: Mapping[str, Any]) -> str:
    """What a rule asks, of which data set; addresses are cut to their last part."""
    data_set = rule["dataSet"].rpartition("/sample-")[2].partition("|")[0]
    title = _ADDRESS.sub("", scene.say(rule["title"]["en"], rule["title"]["zh"]))
    return f"{data_set}: {title}" if data_set else title


def _row(member: Member, account: Account, before: Account | None) -> Sequence[str]:
    values = {each["id"]: f"{each['value']:.2f}".removeprefix("0") for each in account["dimensions"]}
    return (
        member.name,
        f"{member.installation.product.name} {member.installation.version}",
        score_text(account) + _change(account, before),
        "—" if account["lower"] is None else f"{account['lower']:.1f}–{account['upper']:.1f}",
        account["level"],
        *(values.get(each, "") for each in _DIMENSIONS),
    )


def _to_mend(scene: Scene, member: Member, account: Account) -> Sequence[str]:
    rule = first_to_mend(account)
    if rule is None:
        return (member.name, "—", "", "")
    return (member.name, told_of(scene, rule), f"{rule['failed']}/{rule['judged']}", f"+{rule['gain']:.2f}")


def _change(account: Account, before: Account | None) -> str:
    if before is None or before["score"] is None or account["score"] is None:
        return ""
    return f" {account['score'] - before['score']:+.2f}"
