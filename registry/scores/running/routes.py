"""The routes below /api by which scores are taken, told, compared and replayed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.http.route import Route, answered_by
from registry.scores.running import shapes
from registry.scores.running.desk import ScoresDesk
from registry.sentence import Sentence

_route = partial(Route, group="scores")
_SNAPSHOT = "scores/{snapshot}"
_INSTITUTION = "scores/{snapshot}/institutions/{id}"


def running_routes(desk: ScoresDesk) -> list[Route]:
    """The routes, answered by a desk."""
    return answered_by(ROUTES, desk)


ROUTES: Sequence[Route] = (
    _route(
        method="POST",
        path="scores/runs",
        operation="takeScores",
        summary=Sentence("Take the scores of a month, or try that of one institution", "对一个月评分，或试算一家机构"),
        takes=shapes.RUN,
        gives=shapes.RAN,
        status=201,
        access="person",
        handler=ScoresDesk.run,
    ),
    _route(
        method="GET",
        path="scores",
        operation="listSnapshots",
        summary=Sentence("The snapshots that were taken", "已生成的评分快照"),
        query=shapes.HEADS_QUERY,
        gives=shapes.HEADS,
        handler=ScoresDesk.listed,
    ),
    _route(
        method="GET",
        path=_SNAPSHOT,
        operation="readSnapshot",
        summary=Sentence("A snapshot, with the scores that one may see", "评分快照及可查看的得分"),
        query=shapes.PAGE_QUERY,
        gives=shapes.SCORES,
        handler=ScoresDesk.scores,
    ),
    _route(
        method="GET",
        path=f"{_SNAPSHOT}/content",
        operation="readSnapshotContent",
        summary=Sentence("Its canonical bytes, whose SHA-256 is its digest", "快照的规范字节内容"),
        gives=shapes.CONTENT,
        access="person",
        handler=ScoresDesk.content,
    ),
    _route(
        method="POST",
        path=f"{_SNAPSHOT}/verification",
        operation="replaySnapshot",
        summary=Sentence("Score everybody again, and compare byte for byte", "重新计算并逐字节比对"),
        gives=shapes.REPLAYED,
        access="person",
        handler=ScoresDesk.replay,
    ),
    _route(
        method="GET",
        path=_INSTITUTION,
        operation="readScoreAccount",
        summary=Sentence("Everything that led to a score, and what to mend first", "得分明细与整改建议"),
        gives=shapes.ACCOUNT,
        access="person",
        handler=ScoresDesk.account,
    ),
    _route(
        method="GET",
        path=f"{_INSTITUTION}/explanation",
        operation="explainScore",
        summary=Sentence("Each step from the counts to the score, in sentences", "逐步说明得分的由来"),
        gives=shapes.SENTENCES,
        access="person",
        handler=ScoresDesk.explanation,
    ),
    _route(
        method="GET",
        path=f"{_SNAPSHOT}/products",
        operation="listProductScores",
        summary=Sentence("Products by version, over all who use them", "各产品版本的得分"),
        gives=shapes.PRODUCTS,
        handler=ScoresDesk.products,
    ),
    _route(
        method="GET",
        path=f"{_SNAPSHOT}/bridge",
        operation="bridgeScores",
        summary=Sentence("What lies between two snapshots of a month", "同月两次快照之间的差异"),
        query=shapes.BRIDGE_QUERY,
        gives=shapes.BRIDGE,
        access="person",
        handler=ScoresDesk.bridge,
    ),
    _route(
        method="GET",
        path=f"{_SNAPSHOT}/peers/{{class}}",
        operation="listPeers",
        summary=Sentence("The peers of a class around their common score, without names", "同类机构漏斗图（匿名）"),
        gives=shapes.PEERS,
        handler=ScoresDesk.peers,
    ),
)
