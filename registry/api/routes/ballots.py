"""Ballots of a committee."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.ballots import BallotsDesk
from registry.api.shapes import rounds as shapes
from registry.api.shapes.common import ID
from registry.http.route import Route
from registry.http.structures import Many, Thing
from registry.sentence import Sentence

_route = partial(Route, group="ballots")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/ballots",
        operation="listBallots",
        summary=Sentence("The ballots of a project", "项目的表决轮次"),
        gives=shapes.BALLOTS,
        access="person",
        handler=BallotsDesk.of_project,
    ),
    _route(
        method="POST",
        path="projects/{id}/ballots",
        operation="openBallot",
        summary=Sentence("Open a ballot again after a recall, or on a conclusion", "重新组织表决或就复审结论表决"),
        takes=shapes.NEW_BALLOT,
        gives=shapes.BALLOT,
        status=201,
        access="person",
        handler=BallotsDesk.open,
    ),
    _route(
        method="GET",
        path="ballots/{id}",
        operation="readBallot",
        summary=Sentence("A ballot with its frozen roster", "表决及冻结的委员名单"),
        gives=shapes.BALLOT_SHOWN,
        access="person",
        handler=BallotsDesk.ballot,
    ),
    _route(
        method="GET",
        path="ballots/{id}/standing",
        operation="readStanding",
        summary=Sentence("The verdict as it stands, for the secretariat", "当前表决情况（秘书处）"),
        gives=shapes.VERDICT,
        access="person",
        handler=BallotsDesk.standing,
    ),
    _route(
        method="POST",
        path="ballots/{id}/attendance",
        operation="noteAttendance",
        summary=Sentence("Note that a member is at the meeting", "登记出席"),
        takes=Thing("NewAttendance", {"member": ID}),
        gives=Thing("Attendance", {"present": Many(ID)}),
        status=201,
        access="person",
        handler=BallotsDesk.attend,
    ),
    _route(
        method="PUT",
        path="ballots/{id}/vote",
        operation="castVote",
        summary=Sentence("Vote, or vote otherwise than before", "投票或改票"),
        takes=shapes.NEW_VOTE,
        gives=shapes.VOTE,
        access="person",
        handler=BallotsDesk.vote,
    ),
    _route(
        method="POST",
        path="ballots/{id}/recall",
        operation="recallBallot",
        summary=Sentence("Take a ballot back before it is closed", "撤回表决"),
        takes=shapes.RECALL,
        gives=shapes.BALLOT,
        access="person",
        handler=BallotsDesk.recall,
    ),
    _route(
        method="POST",
        path="ballots/{id}/closing",
        operation="closeBallot",
        summary=Sentence("Close a ballot and count", "结束表决并计票"),
        gives=shapes.VERDICT,
        access="person",
        handler=BallotsDesk.close,
    ),
    _route(
        method="GET",
        path="ballots/{id}/minutes",
        operation="readMinutes",
        summary=Sentence("Minutes of a meeting, or the conclusion of a letter review", "会审纪要或函审结论表"),
        query=shapes.AS_MINUTES,
        gives=shapes.MINUTES_FILE,
        access="person",
        handler=BallotsDesk.minutes,
    ),
)
