"""Proposals, which anybody may make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.proposals import ProposalsDesk
from registry.api.shapes import standards as shapes
from registry.http.route import Route
from registry.http.shapes import Text
from registry.sentence import Sentence

_route = partial(Route, group="proposals")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="proposals/duplicates",
        operation="findDuplicates",
        summary=Sentence("Standards of a like title, before one is proposed", "提交建议前查重"),
        query={"title": Text(300)},
        gives=shapes.DUPLICATES,
        handler=ProposalsDesk.duplicates,
    ),
    _route(
        method="POST",
        path="proposals",
        operation="propose",
        summary=Sentence("Propose a standard, a revision or an amendment", "提出标准立项、修订或修改建议"),
        takes=shapes.PROPOSAL,
        gives=shapes.RECEIVED,
        status=201,
        rate="propose",
        handler=ProposalsDesk.propose,
    ),
    _route(
        method="GET",
        path="proposals/{receipt}",
        operation="followProposal",
        summary=Sentence("What became of a proposal", "查询建议进展"),
        gives=shapes.FOLLOWED,
        handler=ProposalsDesk.follow,
    ),
)
