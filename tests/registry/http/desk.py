"""Routes of our own, as small as they can be, to see what holds for all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fhir_kernel.errors import StoreFull, StoreUnavailable
from registry.http.route import Answer, Call, File, Route, Upload, answered_by
from registry.http.shapes import Anything, Choice, Day, Flag, Instant, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.refusal import Refused
from registry.sentence import Sentence

MEMBER = Thing("Member", {"name": Text(20, least=1)}, {"share": Text(10, pattern="[0-9]+/[0-9]+")})
ROSTER = Thing(
    "Roster",
    {"members": Many(MEMBER, most=3, least=1), "day": Day()},
    {
        "at": Instant(),
        "quorum": Whole(1, 9),
        "open": Flag(),
        "kind": Choice(("meeting", "letter")),
        "notes": Text(99, lines=True),
    },
)
SEEN = Thing("Seen", {"seen": Anything()}, {"labels": Table(Text())})
KINDS = ("forbidden", "conflict", "invalid", "missing", "too-large", "too-often")
QUERY = {"q": Text(10), "count": Whole(1, 200), "open": Flag(), "kinds": Many(Choice(("a", "b"))), "day": Day()}


class Desk:
    """Says what it was given."""

    async def roster(self, call: Call) -> Answer:
        """Proves that dates are dates by reckoning with them."""
        assert isinstance(call.body["day"], date)
        return Answer({"seen": call.body})

    async def look(self, call: Call) -> Answer:
        return Answer({"seen": call.query})

    async def number(self, call: Call) -> Answer:
        return Answer({"seen": call.path["number"], "labels": {"address": call.address}})

    async def fixed(self, _call: Call) -> Answer:
        return Answer({"seen": "fixed"})

    async def upload(self, call: Call) -> Answer:
        return Answer(content=call.body, media_type=call.media_type)

    async def refuse(self, call: Call) -> Answer:
        kind = next(each for each in KINDS if each == call.path["kind"])
        raise Refused(kind, (Sentence("one", "一"), Sentence("two", "二")), where="here")

    async def fail(self, call: Call) -> Answer:
        raise {"full": StoreFull("full"), "away": StoreUnavailable("away")}.get(
            call.path["how"], ValueError("a secret")
        )

    async def numbers(self, _call: Call) -> Answer:
        return Answer({"seen": [Decimal("1.10"), Sentence("one", "一"), date(2026, 3, 2)]})


TABLE = (
    Route(
        method="POST",
        path="rosters",
        operation="addRoster",
        summary=Sentence("Add", "添加"),
        handler=Desk.roster,
        group="rosters",
        takes=ROSTER,
        gives=SEEN,
        status=201,
        most=2_000,
    ),
    Route(
        method="GET",
        path="rosters",
        operation="lookFor",
        summary=Sentence("Look", "查找"),
        handler=Desk.look,
        group="rosters",
        query=QUERY,
        gives=SEEN,
    ),
    Route(
        method="GET",
        path="standards/{number:path}",
        operation="readStandard",
        summary=Sentence("Read", "读取"),
        handler=Desk.number,
        group="standards",
        gives=SEEN,
        rate="comment",
    ),
    Route(
        method="GET",
        path="standards/fixed",
        operation="readFixed",
        summary=Sentence("Fixed", "固定"),
        handler=Desk.fixed,
        group="standards",
        gives=SEEN,
    ),
    Route(
        method="PUT",
        path="files",
        operation="putFile",
        summary=Sentence("Put", "上传"),
        handler=Desk.upload,
        group="files",
        takes=Upload(("text/csv", "application/pdf"), 1_000),
        gives=File(("text/csv", "application/pdf")),
    ),
    Route(
        method="DELETE",
        path="refusals/{kind}",
        operation="refuse",
        summary=Sentence("Refuse", "拒绝"),
        handler=Desk.refuse,
        group="refusals",
    ),
    Route(
        method="GET",
        path="faults/{how}",
        operation="fail",
        summary=Sentence("Fail", "出错"),
        handler=Desk.fail,
        group="refusals",
        gives=SEEN,
    ),
    Route(
        method="GET",
        path="numbers",
        operation="readNumbers",
        summary=Sentence("Numbers", "数字"),
        handler=Desk.numbers,
        group="files",
        gives=SEEN,
    ),
)


def routes() -> list[Route]:
    """The table, answered."""
    return answered_by(TABLE, Desk())
