"""An institution contests a rule; the appeal is upheld, and everybody is scored anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from plumbline.demo.provinces.cast import APPEALS
from plumbline.demo.registry.people import ROOT, Cast, hire
from plumbline.demo.registry.scene import Scene, Shown, Told
from plumbline.demo.scores.months import read_accounts
from plumbline.demo.scores.table import score_text
from plumbline.sample import editions

APPELLANT = "quality.officer"
_TEXT = "本院不采集医务人员性别；该信息对交换无用。"
_REASON = "要求填写医务人员性别并无必要，第二版将改为可选"
_DAYS = timedelta(days=150)
"""Until then the second edition is there."""


def contested() -> str:
    """The rule that a practitioner has a gender, which the second edition does not have any more."""
    return f"{editions()[0].profile('practitioner')}#Practitioner.gender:min"


def appeal(scene: Scene) -> Iterator[Told]:
    """It is filed, received, examined and decided; the erratum gets its number."""
    evaluation, asking = scene.evaluation, scene.place.asking
    member, snapshot = evaluation.members[APPEALS], evaluation.snapshots[evaluation.first]
    hire(asking, Cast(APPELLANT, "质控科长", organisation=member.id), ROOT)
    filed = {"snapshot": snapshot, "rule": contested(), "kind": "profile-defect", "text": _TEXT}
    id_ = asking.done("fileAppeal", filed, APPELLANT)["id"]
    asking.done("acknowledgeAppeal", {}, "evaluator", id=id_)
    asking.done("examineAppeal", {}, "evaluator", id=id_)
    last = str(evaluation.first + _DAYS)
    effect = {"kind": "strike", "rules": [contested()], "first": str(evaluation.first), "last": last}
    decision = {"outcome": "upheld", "reason": _REASON, "effect": effect}
    why = asking.refused("decideAppeal", decision, APPELLANT, id=id_)
    yield scene.refused("who appealed decides it", "申诉人自行裁定", why)
    scene.rounds["appeal"] = id_
    scene.rounds["erratum"] = asking.done("decideAppeal", decision, "evaluator", id=id_)["erratum"]
    number = scene.rounds["erratum"]
    en = f"{member.name}: that a practitioner needs a gender is a fault of the standard. Upheld: erratum {number}"
    yield scene.seen(en, f"{member.name}：要求填写医务人员性别是标准的缺陷。申诉成立，勘误 {number}")


def rescore(scene: Scene) -> Iterator[Told | Shown]:
    """Everybody of the periods that the erratum touches, with the difference."""
    evaluation, asking, number = scene.evaluation, scene.place.asking, scene.rounds["erratum"]
    before = {each.id: score for each, score in zip(evaluation.members, _scores(scene), strict=True)}
    (rescored,) = asking.done("rescoreErratum", {}, "evaluator", number=number)["rescored"]
    evaluation.snapshots[evaluation.first] = rescored["new"]
    read_accounts(scene, evaluation.first)
    after = {each.id: score for each, score in zip(evaluation.members, _scores(scene), strict=True)}
    changed = [each for each in evaluation.members if before[each.id] != after[each.id]]
    en = f"snapshot {rescored['old']} gives way to {rescored['new']}: {len(changed)} scores change"
    yield scene.seen(en, f"快照 {rescored['old']} 由 {rescored['new']} 代替：{len(changed)} 家得分变化")
    member = evaluation.members[APPEALS]
    scores = f"{before[member.id]} → {after[member.id]}"
    told = asking.done(
        "bridgeScores", by="evaluator", snapshot=rescored["new"], query=_between(rescored["old"], member.id)
    )
    yield scene.seen(f"{member.name}: {scores}", f"{member.name}：{scores}")
    for each in told["steps"]:
        yield scene.seen(each["said"]["en"], each["said"]["zh"])


def _between(old: str, institution: str) -> dict[str, str]:
    return {"from": old, "institution": institution}


def _scores(scene: Scene) -> list[str]:
    return [score_text(each) for each in scene.evaluation.accounts[scene.evaluation.first]]
