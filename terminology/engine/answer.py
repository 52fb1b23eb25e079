"""What validation finds out on its way: issues, messages, and what is known of the code that is answered for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fhir_kernel.resource import Resource
from terminology.engine.designations import Designation
from terminology.engine.message_table import MESSAGES
from terminology.engine.messages import issue_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One coding as it was asked about. `path` is where it stands, for messages."""

    path: str
    code: str
    system: str | None = None
    version: str | None = None
    display: str | None = None


@dataclass(slots=True)
class Findings:
    """The issues of one `$validate-code`, in the order they were found, each once."""

    chinese: bool = False
    issues: list[Resource] = field(default_factory=list)
    unknown_systems: dict[str, None] = field(default_factory=dict)
    _reported: set[str] = field(default_factory=set)
    """The issues, as texts that tell them apart."""
    _told: dict[str, None] = field(default_factory=dict)
    """What the caller reads in one sentence; errors are added to it in the end."""

    def add(
        self,
        message_id: str,
        path: str | None,
        *,
        severity: str = "",
        tell: bool = False,
        as_id: str = "",
        **params: object,
    ) -> None:
        """Report an issue. `tell`: also in the message; `as_id`: under another id than that of the wording."""
        issue = issue_of(message_id, chinese=self.chinese, path=path, **params)
        if severity:
            issue["severity"] = severity
        if as_id:
            issue["extension"] = [{**issue["extension"][0], "valueString": as_id}]
        self.add_issue(issue)
        if tell:
            self.say(text_of(issue))

    def add_as(self, message_id: str, path: str | None, severity: str, tx_code: str, **params: object) -> None:
        """Report a message with another severity and tx-issue-type than its own."""
        issue = issue_of(message_id, chinese=self.chinese, path=path, **params)
        coding = {**issue["details"]["coding"][0], "code": tx_code}
        self.add_issue(issue | {"severity": severity, "details": {**issue["details"], "coding": [coding]}})

    def add_issue(self, issue: Resource) -> None:
        """Report an issue that is made already."""
        if (key := repr(issue)) not in self._reported:
            self._reported.add(key)
            self.issues.append(issue)

    def take_errors(self, start: int = 0) -> list[Resource]:
        """Take back the errors from the issue `start` on; they may be added again."""
        return self.take(start, lambda issue: bool(issue["severity"] == "error"))

    def take(self, start: int, meant: Callable[[Resource], bool]) -> list[Resource]:
        """Take back those of the issues from `start` on that are meant, and what was told of them."""
        taken: list[Resource] = []
        kept: list[Resource] = []
        for each in self.issues[start:]:
            (taken if meant(each) else kept).append(each)
        if taken:
            self.issues[start:] = kept
        for each in taken:
            self._reported.discard(repr(each))
            self._told.pop(text_of(each), None)
        return taken

    def say(self, text: str) -> None:
        """Add a sentence to the message."""
        self._told[text] = None

    def word(self, message_id: str, **params: object) -> str:
        """The text of a message."""
        return MESSAGES[message_id].text(self.chinese, params)

    @property
    def has_errors(self) -> bool:
        return any(each["severity"] == "error" for each in self.issues)

    def message(self) -> str:
        """All that is to be told, errors included."""
        errors = (text_of(each) for each in self.issues if each["severity"] == "error")
        return "; ".join(sorted({*self._told, *errors}))


@dataclass(slots=True)
class Known:
    """What is known of one coding; filled in as it is looked up."""

    names: list[Designation] = field(default_factory=list)
    version: str | None = None
    content: str | None = None
    language: str | None = None
    """The language of the code system."""
    normal_code: str | None = None
    implied_system: str | None = None


@dataclass(slots=True)
class Inactive:
    """The first inactive concept met, and the status of the last concept that was looked at."""

    found: bool = False
    path: str = ""
    code: str = ""
    status: str | None = None


def id_of(issue: Resource) -> str | None:
    """The message id of an issue; None for our own messages."""
    return next((str(each.get("valueString")) for each in issue.get("extension", ())), None)


def text_of(issue: Resource) -> str:
    """The sentence of an issue."""
    return str(issue["details"]["text"])


def add_to_path(path: str, name: str) -> str:
    """`path.name`, or the name alone at the top."""
    return f"{path}.{name}" if path else name
