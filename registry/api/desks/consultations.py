"""Answers about public comment: everybody comments while the window is open, the office disposes of every comment."""

from __future__ import annotations

from typing import Any, Literal

from fhir_kernel.store.base import Reader, Transaction
from registry.api.files import table_file
from registry.api.generated import table_of_comments
from registry.api.kit import INSIDERS, Kit, is_inside, require, roles_of
from registry.api.told import told, without_nothing
from registry.api.wording import without_tags
from registry.comments.comment import Author, Comment, place_of
from registry.comments.commenting import comment_in, comment_on, comments_of, withhold
from registry.comments.consultation import Consultation
from registry.comments.disposing import Disposition, dispose, dispositions_between, revisions_of
from registry.comments.opening import consultation_in, consultations_of
from registry.comments.parties import Party, note_return, notify, parties_of
from registry.comments.tally import load_tally
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.records.keeping import PROJECTS, missing
from registry.refusal import Refused
from registry.sentence import Sentence

_PAGE = 50
_ASKING = Sentence("asking parties for an opinion", "发送征求意见")
_DISPOSING = Sentence("disposing of a comment", "处理意见")
_WITHHOLDING = Sentence("withholding who commented", "隐去意见提出人")
_PARTIES = Sentence("seeing the consulted parties", "查看征求意见单位")
_REACHING = frozenset({"S", "LU"})
"""Who may have to ask a commenter what was meant, and so sees how they are reached."""
Eyes = Literal["public", "insider", "office"]
_DISPOSED_IN = ("30.20", "30.60")


class ConsultationsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def of_project(self, call: Call) -> Answer:
        project = await PROJECTS.get(self._kit.store, call.path["id"])
        found = await consultations_of(self._kit.store, project.id)
        return Answer({"consultations": [await _shown(self._kit.store, each, call) for each in found]})

    async def consultation(self, call: Call) -> Answer:
        found = await consultation_in(self._kit.store, call.path["id"])
        return Answer(await _shown(self._kit.store, found, call))

    async def parties(self, call: Call) -> Answer:
        found, case = await self._found(self._kit.store, call)
        require(call.caller, case, _PARTIES, *INSIDERS)
        return Answer(
            {"parties": [without_nothing(each.document()) for each in await parties_of(self._kit.store, found.id)]}
        )

    async def ask(self, call: Call) -> Answer:
        async def work(transaction: Transaction) -> tuple[Party, ...]:
            found, case = await self._found(transaction, call)
            require(call.caller, case, _ASKING, "S")
            pairs = [(each["id"], each["name"]) for each in call.body["parties"]]
            return await notify(transaction, found.id, pairs, now=call.now)

        made = await self._kit.store.commit(work)
        return Answer({"parties": [without_nothing(each.document()) for each in made]})

    async def note_return(self, call: Call) -> Answer:
        async def work(transaction: Transaction) -> Party:
            found, case = await self._found(transaction, call)
            require(call.caller, case, _ASKING, "S")
            with_comments = call.body["withComments"]
            return await note_return(
                transaction, found.id, call.path["party"], with_comments=with_comments, now=call.now
            )

        return Answer(without_nothing((await self._kit.store.commit(work)).document()))

    async def comment(self, call: Call) -> Answer:
        body, caller = call.body, call.caller
        author = Author(
            without_tags(body.get("name", ""), "name"),
            without_tags(body.get("organisation", ""), "organisation"),
            body.get("contact", ""),
            body.get("mayBeNamed", False),
        )
        sender = caller.person.id if caller.person is not None else caller.address
        place, text = place_of(body["place"]), without_tags(body["text"], "text")

        async def work(transaction: Transaction) -> Comment:
            return await comment_on(
                transaction, call.path["id"], place=place, text=text, author=author, sender=sender, now=call.now
            )

        return Answer((await self._kit.store.commit(work)).public())

    async def comments(self, call: Call) -> Answer:
        store, count = self._kit.store, call.query.get("count", _PAGE)
        found, case = await self._found(store, call)
        every = await comments_of(store, found.id, after=call.query.get("after", 0), count=count + 1)
        eyes, total = _eyes(call, case), (await load_tally(store, found.id)).comments
        page = every[:count]
        decided = await dispositions_between(store, found.id, page[0].number, page[-1].number) if page else {}
        shown = [_comment(each, decided.get(each.number), eyes) for each in page]
        answer = {"comments": shown, "total": total}
        return Answer({**answer, "next": page[-1].number} if len(every) > count else answer)

    async def one_comment(self, call: Call) -> Answer:
        store = self._kit.store
        found, case = await self._found(store, call)
        comment = await comment_in(store, found.id, _number(call))
        return Answer(_comment(comment, await _decided(store, comment), _eyes(call, case)))

    async def dispose(self, call: Call) -> Answer:
        body = call.body

        async def work(transaction: Transaction) -> Disposition:
            found, case = await self._found(transaction, call)
            require(call.caller, case, _DISPOSING, "LU")
            await _check_disposable(transaction, found, case)
            return await dispose(
                transaction,
                found.id,
                _number(call),
                outcome=body["outcome"],
                reason=body.get("reason", ""),
                change=body.get("change", ""),
                is_major=body.get("isMajor", False),
                by=call.caller.known().id,
                now=call.now,
            )

        return Answer(_disposition(await self._kit.store.commit(work), inside=True))

    async def withhold(self, call: Call) -> Answer:
        async def work(transaction: Transaction) -> Comment:
            found, case = await self._found(transaction, call)
            require(call.caller, case, _WITHHOLDING, "S")
            return await withhold(transaction, found.id, _number(call), reason=call.body["reason"])

        return Answer(_comment(await self._kit.store.commit(work), None, "office"))

    async def table(self, call: Call) -> Answer:
        found, case = await self._found(self._kit.store, call)
        public = not is_inside(call.caller, case)
        table = await table_of_comments(self._kit.store, case, found, call.language, public=public)
        return await table_file(table, call.query.get("format", "xlsx"), call.language, table.title)

    async def _found(self, reader: Reader, call: Call) -> tuple[Consultation, Case]:
        found = await consultation_in(reader, call.path["id"])
        return found, await self._kit.case(reader, found.project, call.now)


async def _shown(reader: Reader, found: Consultation, call: Call) -> dict[str, Any]:
    tally = await load_tally(reader, found.id)
    counts = {"comments": tally.comments, "undisposed": tally.comments - tally.disposed, "major": tally.major}
    return {**told(found), "isOver": found.is_over(call.now), **counts}


async def _decided(reader: Reader, comment: Comment) -> Disposition | None:
    """The decision in force on a comment."""
    return next(reversed(await revisions_of(reader, comment.consultation, comment.number)), None)


def _eyes(call: Call, case: Case) -> Eyes:
    if roles_of(call.caller, case) & _REACHING:
        return "office"
    return "insider" if is_inside(call.caller, case) else "public"


def _comment(comment: Comment, done: Disposition | None, eyes: Eyes) -> dict[str, Any]:
    document = dict(comment.public() if eyes == "public" else comment.document())
    if eyes != "office":
        document.pop("contact", None)
    return document if done is None else {**document, "disposition": _disposition(done, eyes != "public")}


def _disposition(done: Disposition, inside: bool) -> dict[str, Any]:
    names = ("outcome", "reason", "change", "isMajor", "instant", "revision", *(("by",) if inside else ()))
    document = done.document()
    return {name: document[name] for name in names}


async def _check_disposable(reader: Reader, found: Consultation, case: Case) -> None:
    """What was disposed of stays as it is once the disposition was finished, and in earlier rounds."""
    last = (await consultations_of(reader, case.project.id))[-1]
    if last.id != found.id or case.state not in _DISPOSED_IN:
        states = " and ".join(_DISPOSED_IN)
        en = f"comments of round {found.round} are disposed of in {states}; the state is {case.state}"
        zh = f"第 {found.round} 轮意见在 {'、'.join(_DISPOSED_IN)} 处理；当前状态为 {case.state}"
        raise Refused("conflict", (Sentence(en, zh),))


def _number(call: Call) -> int:
    number = call.path["number"]
    if not number.isdecimal() or len(number) > 8:
        raise missing(Sentence("comment", "意见"), number)
    return int(number)
