"""An institution looks at its own account, mends what stands first, and rises."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.demo.registry.asking import Unexpected
from plumbline.demo.registry.people import ROOT, Cast, hire
from plumbline.demo.registry.scene import Scene, Told
from plumbline.demo.scores.table import first_to_mend, score_text, told_of

DIRECTOR = "director"


def look(scene: Scene) -> Iterator[Told]:
    """Its director sees its own account, no other, and what to mend."""
    evaluation, asking = scene.evaluation, scene.place.asking
    mender, snapshot = evaluation.mender, evaluation.snapshots[evaluation.first]
    hire(asking, Cast(DIRECTOR, "院长", organisation=mender.id), ROOT)
    other = evaluation.members[0].id
    why = asking.refused("readScoreAccount", by=DIRECTOR, snapshot=snapshot, id=other)
    yield scene.refused("the account of another institution", "查看其他机构的得分明细", why)
    account = asking.done("readScoreAccount", by=DIRECTOR, snapshot=snapshot, id=mender.id)
    rule = first_to_mend(account)
    if rule is None:
        raise Unexpected(f"nothing is to be mended at {mender.name}; expected something that is wrong")
    evaluation.mended = rule["id"]
    asked, counts = told_of(scene, rule), f"{rule['failed']}/{rule['judged']}"
    en = f"{mender.name}: {asked} ({counts} failed, +{rule['gain']:.2f}). {rule['fix']['en']}"
    zh = f"{mender.name}：{asked}（{counts} 未通过，可提高 {rule['gain']:.2f}）。{rule['fix']['zh']}"
    yield scene.seen(en, zh)


def rise(scene: Scene) -> Iterator[Told]:
    """What its mending came to."""
    evaluation = scene.evaluation
    before, after = (
        evaluation.accounts[each][evaluation.members.index(evaluation.mender)]
        for each in (evaluation.first, evaluation.second)
    )
    name, scores = evaluation.mender.name, f"{score_text(before)} → {score_text(after)}"
    yield scene.seen(f"{name} has mended it: {scores}", f"{name}整改后：{scores}")
