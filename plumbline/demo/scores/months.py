"""A month: the records come day by day, then the scores are taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plumbline.demo.provinces.sending import send_months
from plumbline.demo.registry.scene import Scene, Shown, Told
from plumbline.demo.scores.evaluation import next_month
from plumbline.demo.scores.supplying import supply
from plumbline.demo.scores.table import mending_table, scores_table


def send_first(scene: Scene) -> Iterator[Told]:
    """The first month."""
    yield from _send(scene, scene.evaluation.first)


def send_second(scene: Scene) -> Iterator[Told]:
    """The second month."""
    yield from _send(scene, scene.evaluation.second)


def score_first(scene: Scene) -> Iterator[Told | Shown]:
    """Everybody, on the first day after the month."""
    yield from _score(scene, scene.evaluation.first)
    yield mending_table(scene, scene.evaluation.first)


def score_second(scene: Scene) -> Iterator[Told | Shown]:
    """The same a month later."""
    yield from _score(scene, scene.evaluation.second)


def read_accounts(scene: Scene, first: date) -> None:
    """What the newest snapshot of a month tells of each member."""
    evaluation, asking = scene.evaluation, scene.place.asking
    snapshot = evaluation.snapshots[first]
    evaluation.accounts[first] = [
        asking.done("readScoreAccount", by="evaluator", snapshot=snapshot, id=each.id) for each in evaluation.members
    ]


def _send(scene: Scene, first: date) -> Iterator[Told]:
    evaluation = scene.evaluation
    title = scene.say(f"records of {first:%Y-%m}", f"{first:%Y-%m} 的记录")
    became = send_months(scene.place, evaluation.to_be_sent(first), title, evaluation.told)
    count = len(evaluation.members)
    en = f"{became.sent} records in {became.batches} batches of {count} institutions: {became.refused} refused"
    yield scene.seen(en, f"{count} 家机构分 {became.batches} 批上报 {became.sent} 条记录，{became.refused} 条被拒绝")


def _score(scene: Scene, first: date) -> Iterator[Told | Shown]:
    evaluation, asking, calendar = scene.evaluation, scene.place.asking, scene.place.calendar
    month = f"{first:%Y-%m}"
    why = asking.refused("takeScores", {"period": month}, "evaluator")
    yield scene.refused("the month is scored before it is over", "月份未结束即评分", why)
    calendar.go_to(next_month(first))
    volumes = supply(asking, evaluation, first)
    en = f"entered: {volumes} expected volumes counted elsewhere, tests of interfaces, checks of security"
    yield scene.seen(en, f"录入 {volumes} 项另行统计的应报数量、接口测试报告和安全检查结果")
    snapshot = asking.done("takeScores", {"period": month}, "evaluator")["snapshot"]["id"]
    evaluation.snapshots[first] = snapshot
    replayed = asking.done("replaySnapshot", {}, "evaluator", snapshot=snapshot)
    en = f"snapshot {snapshot}: replayed from the tallies, byte for byte the same: {replayed['isEqual']}"
    is_equal = "一致" if replayed["isEqual"] else "不一致"
    yield scene.seen(en, f"快照 {snapshot}：由计数重新计算，逐字节{is_equal}")
    read_accounts(scene, first)
    yield scores_table(scene, first)
