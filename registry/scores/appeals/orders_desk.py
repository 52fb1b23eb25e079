"""Answers the routes of orders to mend: issued by offices, answered by institutions, closed by new traffic."""

from __future__ import annotations

from registry.api.wording import text_of
from registry.http.route import Answer, Call
from registry.scores.appeals.case import Order, order_in, orders
from registry.scores.appeals.desk import wanted_of
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.lifecycle import ORDER
from registry.scores.appeals.ordering import Ordering, check_order, issue_order, take_order_step
from registry.scores.appeals.showing import is_listed, shown_in_full, shown_in_list
from registry.scores.appeals.traffic import told
from registry.scores.seeing import require_seeing

_REASON = 2_000


class OrdersDesk:
    """One method for each route."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def issue(self, call: Call) -> Answer:
        body, text = call.body, text_of(call.body, "reason", most=_REASON, least=1)
        ordering = Ordering(body["institution"], body["rule"], text, body.get("records"), body.get("share"))
        return await self._told(await issue_order(self._office, call.caller, ordering), call)

    async def list_(self, call: Call) -> Answer:
        today = self._office.today(call.now)
        found = [each for each in await orders(self._office.store) if is_listed(each, call, today)]
        return Answer({"orders": [shown_in_list(each, today) for each in found]})

    async def read(self, call: Call) -> Answer:
        found = await order_in(self._office.store, call.path["id"])
        require_seeing(call.caller, found.institution, found.jurisdiction)
        return await self._told(found, call)

    async def acknowledge(self, call: Call) -> Answer:
        return await self._stepped(call, "acknowledge")

    async def report(self, call: Call) -> Answer:
        return await self._stepped(call, "report")

    async def cancel(self, call: Call) -> Answer:
        return await self._stepped(call, "cancel")

    async def check(self, call: Call) -> Answer:
        made = await check_order(self._office, call.path["id"], call.caller)
        return Answer(
            {
                "order": await shown_in_full(self._office, ORDER, made.order, call.now),
                "isClosed": not made.order.is_open,
                "judged": made.shown.judged,
                "passed": made.shown.passed,
                "said": told(made.order, made.shown),
            }
        )

    async def _stepped(self, call: Call, action: str) -> Answer:
        made = await take_order_step(self._office, call.path["id"], action, call.caller, wanted_of(call))
        return await self._told(made, call)

    async def _told(self, found: Order, call: Call) -> Answer:
        return Answer(await shown_in_full(self._office, ORDER, found, call.now))
