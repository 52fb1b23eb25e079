"""Tables that offices keep in Excel: the ledger of standards (台账) and the annual plan (年度计划)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.ledger import LARGEST, LedgerDesk
from registry.api.shapes import ledger as shapes
from registry.http.route import Route, Upload
from registry.sentence import Sentence

_route = partial(Route, group="ledger")
_WORKBOOK = Upload(shapes.WORKBOOK_TYPES, LARGEST, is_streamed=True)

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="ledger",
        operation="readLedger",
        summary=Sentence("The ledger of standards: every edition with its status", "标准台账：全部版本及其状态"),
        query=shapes.AS_TABLE,
        gives=shapes.TABLE_FILE,
        handler=LedgerDesk.ledger,
    ),
    _route(
        method="POST",
        path="ledger",
        operation="importLedger",
        summary=Sentence("Bring in what was published before, after a dry run", "导入以往发布的标准（先试运行）"),
        query=shapes.DRY_RUN,
        takes=_WORKBOOK,
        gives=shapes.TAKEN,
        access="person",
        handler=LedgerDesk.take_over,
    ),
    _route(
        method="GET",
        path="plans/{id}/table",
        operation="readPlanTable",
        summary=Sentence("The projects of an annual plan as a table", "年度计划项目表"),
        query=shapes.AS_PLAN,
        gives=shapes.TABLE_FILE,
        handler=LedgerDesk.plan,
    ),
    _route(
        method="POST",
        path="plans/{id}/table",
        operation="importPlanTable",
        summary=Sentence("Take projects into an annual plan, after a dry run", "导入年度计划项目（先试运行）"),
        query=shapes.DRY_RUN,
        takes=_WORKBOOK,
        gives=shapes.TAKEN,
        access="person",
        handler=LedgerDesk.take_plan_over,
    ),
)
