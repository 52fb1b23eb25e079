"""The routes below /api of appeals against scores, of errata, and of orders to mend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fhir_server.repository import Repository
from registry.api.kit import Kit
from registry.http.route import Route, answered_by
from registry.scores.appeals import shapes
from registry.scores.appeals.desk import AppealsDesk
from registry.scores.appeals.errata_desk import ErrataDesk
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.orders_desk import OrdersDesk
from registry.scores.running.around import Around
from registry.sentence import Sentence

_route = partial(Route, group="appeals")
_step = partial(_route, method="POST", takes=shapes.STEP, access="person")


def appeals_routes(kit: Kit, repository: Repository, around: Around) -> list[Route]:
    """The routes, answered for this store; what the repository writes is entered into the audit trail by person."""
    office = Office(kit.store, repository, kit.new_id, kit.offset)
    return [
        *answered_by(APPEALS, AppealsDesk(office)),
        *answered_by(ERRATA, ErrataDesk(office, around)),
        *answered_by(ORDERS, OrdersDesk(office)),
    ]


APPEALS: Sequence[Route] = (
    _route(
        method="POST",
        path="scores/appeals",
        operation="fileAppeal",
        summary=Sentence("Appeal against what a rule found in a snapshot", "对快照中某规则的结果提出申诉"),
        takes=shapes.NEW_APPEAL,
        gives=shapes.APPEAL,
        status=201,
        access="person",
        handler=AppealsDesk.file,
    ),
    _route(
        method="GET",
        path="scores/appeals",
        operation="listAppeals",
        summary=Sentence("Appeals that one may see, the most urgent first", "申诉列表（按期限排序）"),
        query=shapes.LISTING,
        gives=shapes.APPEALS,
        access="person",
        handler=AppealsDesk.list_,
    ),
    _route(
        method="GET",
        path="scores/appeals/{id}",
        operation="readAppeal",
        summary=Sentence("An appeal with everything that happened to it", "申诉及全部办理记录"),
        gives=shapes.APPEAL,
        access="person",
        handler=AppealsDesk.read,
    ),
    _step(
        path="scores/appeals/{id}/receipt",
        operation="acknowledgeAppeal",
        summary=Sentence("Acknowledge an appeal", "受理申诉"),
        gives=shapes.APPEAL,
        handler=AppealsDesk.receive,
    ),
    _step(
        path="scores/appeals/{id}/examination",
        operation="examineAppeal",
        summary=Sentence("Begin to examine an appeal", "开始审查申诉"),
        gives=shapes.APPEAL,
        handler=AppealsDesk.examine,
    ),
    _route(
        method="POST",
        path="scores/appeals/{id}/decision",
        operation="decideAppeal",
        summary=Sentence("Decide on an appeal; upheld, it becomes an erratum", "作出申诉决定（支持即形成勘误）"),
        takes=shapes.DECISION,
        gives=shapes.APPEAL,
        access="person",
        handler=AppealsDesk.decide,
    ),
    _step(
        path="scores/appeals/{id}/withdrawal",
        operation="withdrawAppeal",
        summary=Sentence("Withdraw an appeal", "撤回申诉"),
        gives=shapes.APPEAL,
        handler=AppealsDesk.withdraw,
    ),
)
ERRATA: Sequence[Route] = (
    _route(
        method="GET",
        path="scores/errata",
        operation="listErrata",
        summary=Sentence("All errata, in the order of their numbers", "勘误列表"),
        gives=shapes.ERRATA,
        handler=ErrataDesk.list_,
    ),
    _route(
        method="GET",
        path="scores/errata/{number}",
        operation="readErratum",
        summary=Sentence("An erratum", "勘误"),
        gives=shapes.ERRATUM,
        handler=ErrataDesk.read,
    ),
    _route(
        method="POST",
        path="scores/errata/{number}/rescore",
        operation="rescoreErratum",
        summary=Sentence("Score everybody anew in the periods that it concerns", "对涉及周期的全部机构重新评分"),
        takes=shapes.NOTHING,
        gives=shapes.RESCORED,
        access="person",
        handler=ErrataDesk.rescore,
    ),
    _route(
        method="GET",
        path="scores/errata/{number}/differences",
        operation="readErratumDifferences",
        summary=Sentence("What it changed, for each institution that one may see", "勘误前后评分差异"),
        query=shapes.DIFFERENCES_QUERY,
        gives=shapes.DIFFERENCES,
        handler=ErrataDesk.differences,
    ),
)
ORDERS: Sequence[Route] = (
    _route(
        method="POST",
        path="scores/orders",
        operation="issueOrder",
        summary=Sentence("Order an institution to mend what breaks a rule", "下达整改通知"),
        takes=shapes.NEW_ORDER,
        gives=shapes.ORDER,
        status=201,
        access="person",
        handler=OrdersDesk.issue,
    ),
    _route(
        method="GET",
        path="scores/orders",
        operation="listOrders",
        summary=Sentence("Orders that one may see, the most urgent first", "整改通知列表（按期限排序）"),
        query=shapes.LISTING,
        gives=shapes.ORDERS,
        access="person",
        handler=OrdersDesk.list_,
    ),
    _route(
        method="GET",
        path="scores/orders/{id}",
        operation="readOrder",
        summary=Sentence("An order with everything that happened to it", "整改通知及全部办理记录"),
        gives=shapes.ORDER,
        access="person",
        handler=OrdersDesk.read,
    ),
    _step(
        path="scores/orders/{id}/acknowledgement",
        operation="acknowledgeOrder",
        summary=Sentence("Acknowledge an order", "签收整改通知"),
        gives=shapes.ORDER,
        handler=OrdersDesk.acknowledge,
    ),
    _step(
        path="scores/orders/{id}/report",
        operation="reportMended",
        summary=Sentence(
            "Report what was mended; traffic counts from the next day on", "提交整改报告（次日起重新核查）"
        ),
        gives=shapes.ORDER,
        handler=OrdersDesk.report,
    ),
    _route(
        method="POST",
        path="scores/orders/{id}/check",
        operation="checkOrder",
        summary=Sentence("Close an order if new traffic keeps the rule", "按新数据核查并销号"),
        takes=shapes.NOTHING,
        gives=shapes.CHECKED,
        access="person",
        handler=OrdersDesk.check,
    ),
    _step(
        path="scores/orders/{id}/cancellation",
        operation="cancelOrder",
        summary=Sentence("Cancel an order, with a reason", "说明理由后撤销整改通知"),
        gives=shapes.ORDER,
        handler=OrdersDesk.cancel,
    ),
)
ROUTES = (*APPEALS, *ERRATA, *ORDERS)
