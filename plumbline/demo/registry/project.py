"""One project of the sample standard, and what people do with it in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plumbline.demo.registry.asking import Answer, Asking
from plumbline.demo.registry.calendar import Calendar
from plumbline.sample import Edition, documents


@dataclass(slots=True)
class Project:
    """What is to become an edition; the ids are there once it is proposed."""

    asking: Asking
    calendar: Calendar
    sample: Edition
    id: str = ""
    standard: str = ""
    edition: str = ""

    def done(self, operation: str, body: Any = None, by: str = "", **more: Any) -> Any:
        """An operation on this project. Raises Unexpected."""
        return self.asking.done(operation, body, by, **{"id": self.id, **more})

    def refused(self, operation: str, body: Any = None, by: str = "", **more: Any) -> str:
        """The refusal of an operation on this project. Raises Unexpected."""
        return self.asking.refused(operation, body, by, **{"id": self.id, **more})

    def act(self, by: str, action: str, reason: str = "", **more: Any) -> Any:
        """Take an action; gives the event. Raises Unexpected."""
        return self.done("takeAction", _action(action, reason, more), by)

    def cannot(self, by: str, action: str, reason: str = "", **more: Any) -> str:
        """Why an action is refused. Raises Unexpected."""
        return self.refused("takeAction", _action(action, reason, more), by)

    def change(self, by: str, **members: Any) -> Any:
        """Change what is known of it. Raises Unexpected."""
        return self.done("changeProject", members, by)

    def file(self, by: str, *kinds: str, content: bytes | None = None) -> None:
        """File documents of the sample, or this content. Raises Unexpected."""
        paths = {each.code: each.path for each in documents(self.sample)}
        for kind in kinds:
            sent = paths[kind].read_bytes() if content is None else content
            self.done("fileDocument", by=by, query={"kind": kind, "name": f"{kind}.md"}, content=sent)

    def generate(self, by: str, *kinds: str) -> None:
        """Have the registry write documents. Raises Unexpected."""
        for kind in kinds:
            self.done("generateDocument", {"kind": kind}, by)

    def upload(self, by: str, package: bytes) -> Any:
        """Upload a draft of the package; gives what came of compiling it. Raises Unexpected."""
        return self.done("uploadPackageDraft", by=by, content=package)

    @property
    def state(self) -> str:
        """The stage code of the text, as everybody sees it."""
        shown = self.done("readProject")
        return str(shown["states"]["text"])

    def last(self, operation: str, what: str, by: str = "") -> str:
        """The id of the last round of comments, or of the last ballot."""
        return str(self.done(operation, by=by)[what][-1]["id"])

    def event_count(self) -> int:
        """How many events there are so far."""
        return int(self.done("readProject")["number"])

    def answer(self, operation: str, body: Any = None, by: str = "", **more: Any) -> Answer:
        """Whatever is answered."""
        return self.asking.ask(operation, body, by, **{"id": self.id, **more})


def _action(action: str, reason: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"action": action, **({"reason": reason} if reason else {}), **more}
