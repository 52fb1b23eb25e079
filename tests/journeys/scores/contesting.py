"""An appeal, the erratum that comes of it, and an order to mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.journeys.saying import says
from tests.journeys.scores.deeds import Made, made_on
from tests.journeys.scores.ground import Ground
from tests.journeys.scores.records import SETS
from tests.journeys.scores.sender import Sender

E = "evaluator"
NEEDED = 4


def upheld(place: Ground, snapshot: str, who: str, rule: str) -> str:
    """It goes its way to an erratum, by which everybody is scored anew; gives the new snapshot."""
    asking, month = place.asking, snapshot[:7]
    filed = {"snapshot": snapshot, "rule": rule, "kind": "profile-defect", "text": "本院诊断无编码"}
    id_ = asking.done("fileAppeal", filed, who)["id"]
    effect = {"kind": "strike", "rules": [rule], "first": f"{month}-01", "last": f"{month}-28"}
    decision = {"outcome": "upheld", "reason": "规则有误", "effect": effect}
    says(asking.refused("decideAppeal", decision, E, id=id_), 409, "")
    for operation in ("acknowledgeAppeal", "examineAppeal"):
        asking.done(operation, {}, E, id=id_)
    says(asking.refused("decideAppeal", decision, who, id=id_), 403, "")
    number = asking.done("decideAppeal", decision, E, id=id_)["erratum"]
    task = place.sender(who).ask("GET", f"/{asking.done('readAppeal', by=who, id=id_)['task']}")
    assert (task.status, task.body["status"]) == (200, "completed")
    (rescored,) = asking.done("rescoreErratum", {}, E, number=number)["rescored"]
    assert (rescored["period"], rescored["old"]) == (month, snapshot)
    new: str = rescored["new"]
    assert asking.done("readSnapshot", by=E, snapshot=new)["snapshot"]["errata"] == [number]
    assert asking.done("rescoreErratum", {}, E, number=number)["erratum"]["rescored"][-1]["new"] == new
    return new


def bridged(place: Ground, snapshots: tuple[str, str], raised: str, everybody: Sequence[str]) -> None:
    """The steps from the old score to the new one add up to the difference, for each; who appealed gains most."""
    old, new = snapshots
    changes = {}
    for who in everybody:
        one, other = (
            place.asking.done("readScoreAccount", by=E, snapshot=each, id=who)["score"] for each in (old, new)
        )
        query = {"from": old, "institution": who}
        bridge = place.asking.done("bridgeScores", by=E, snapshot=new, query=query)
        assert (bridge["old"], bridge["new"]) == (one, other)
        assert sum(each["change"] for each in bridge["steps"]) == pytest.approx(other - one, abs=1e-6)
        changes[who] = bridge["change"]
    assert changes[raised] == max(changes.values()) > 0


def mended_by_new_traffic(place: Ground, who: str, rule: str) -> None:
    """Neither words nor records as before close an order; conformant ones of whole days do."""
    asking, sender = place.asking, place.sender(who)
    issued = {"institution": who, "rule": rule, "reason": "类别代码有误", "records": NEEDED, "share": 95}
    id_ = asking.done("issueOrder", issued, E)["id"]
    asking.done("acknowledgeOrder", {}, who, id=id_)
    asking.done("reportMended", {"reason": "已整改"}, who, id=id_)
    assert not asking.done("checkOrder", {}, who, id=id_)["isClosed"]
    _send(place, sender, 500, fault=0)
    assert not asking.done("checkOrder", {}, who, id=id_)["isClosed"]
    asking.done("reportMended", {"reason": "再次整改"}, who, id=id_)
    for number in range(NEEDED):
        assert not asking.done("checkOrder", {}, who, id=id_)["isClosed"]
        _send(place, sender, 600 + number)
    checked = asking.done("checkOrder", {}, who, id=id_)
    assert (checked["isClosed"], checked["order"]["state"]) == (True, "completed"), checked["said"]
    assert (checked["judged"], checked["passed"]) == (NEEDED, NEEDED)


def _send(place: Ground, sender: Sender, number: int, fault: int | None = None) -> None:
    """The records of a visit on the day before; then that day passes."""
    place.calendar.go_on(1)
    first = place.calendar.today.replace(day=1)
    day = (place.calendar.today - first).days - 1
    rows: list[Made] = [
        made_on(sender.name, first, number, day, each, fault if each == "encounter" else None) for each in SETS
    ]
    sender.sent([each.resource for each in rows])
    place.calendar.go_on(timedelta(days=1).days)
