"""What a client is told of a refusal: problem details (https://www.rfc-editor.org/rfc/rfc9457).

This is the only place where a refusal becomes an answer of HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from fhir_kernel.errors import StoreError, StoreFull
from fhir_kernel.issues import Language
from registry.http.faults import Misformed
from registry.people.refusals import NotLoggedIn, TooOften
from registry.refusal import Kind, Refused
from registry.sentence import Sentence

MEDIA_TYPE = "application/problem+json"
TYPES = "https://plumbline.dev/problems/"
"""What the types of problems begin with; the kind of the refusal follows."""
LOGIN, UNAVAILABLE, FAILED = "login", "unavailable", "failed"
_STATUS: Mapping[Kind, int] = MappingProxyType(
    {"forbidden": 403, "missing": 404, "conflict": 409, "too-large": 413, "invalid": 422, "too-often": 429}
)
_TITLES: Mapping[str, Sentence] = MappingProxyType(
    {
        LOGIN: Sentence("You are not logged in", "未登录"),
        "forbidden": Sentence("You may not do this", "无权执行此操作"),
        "missing": Sentence("There is no such thing here", "此处没有该内容"),
        "conflict": Sentence("This does not go with what is there", "与现有状态冲突"),
        "too-large": Sentence("This is too large", "内容过大"),
        "invalid": Sentence("This cannot be taken as it is", "内容不符合要求"),
        "too-often": Sentence("You ask too often", "请求过于频繁"),
        UNAVAILABLE: Sentence("The server cannot do this now", "服务器暂时无法处理"),
        FAILED: Sentence("The server made a mistake", "服务器发生错误"),
    }
)
_ENDS: Mapping[str, str] = MappingProxyType({"connection": "close"})
"""Of what is too large, nothing more is to be sent."""


class Unfit(Refused):
    """A request that HTTP itself has a status for, such as 405 or 415, with the headers that belong to it."""

    def __init__(self, kind: Kind, sentence: Sentence, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind, (sentence,))
        self.status, self.headers = status, dict(headers or {})


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer: its status, its headers and its JSON."""

    status: int
    document: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def problem_of(refused: Refused, language: Language) -> Problem:
    """What a client is told of a refusal, in its language."""
    errors = [_error(where, sentence, language) for where, sentence in _said(refused)]
    detail = ("；" if language == "zh" else "; ").join(each["sentence"] for each in errors)
    kind, status, headers = _answered(refused)
    return _problem(kind, status, detail, language, headers, errors)


def problem_of_store(error: StoreError, language: Language) -> Problem:
    """What a client is told where the store cannot do its work."""
    if isinstance(error, StoreFull):
        said = Sentence("there is no room left to keep anything", "存储空间已满")
        return _problem(UNAVAILABLE, 507, said.said_in(language), language)
    said = Sentence("the store does not answer now; nothing was changed", "存储暂时没有响应，未作任何更改")
    return _problem(UNAVAILABLE, 503, said.said_in(language), language, {"retry-after": "1"})


def problem_of_fault(language: Language) -> Problem:
    """What a client is told where we made a mistake."""
    said = Sentence("it has been written down under the id in X-Request-Id", "已按 X-Request-Id 中的编号记录")
    return _problem(FAILED, 500, said.said_in(language), language)


def _problem(
    kind: str,
    status: int,
    detail: str,
    language: Language,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Problem:
    about = {"type": TYPES + kind, "title": _TITLES[kind].said_in(language), "status": status, "detail": detail}
    document = {**about, "errors": errors if errors is not None else []}
    return Problem(status, document, {"content-language": language, **(headers or {})})


def _said(refused: Refused) -> list[tuple[str, Sentence]]:
    if isinstance(refused, Misformed):
        return [(each.where, each.sentence) for each in refused.faults]
    return [(refused.where, each) for each in refused.sentences]


def _error(where: str, sentence: Sentence, language: Language) -> dict[str, str]:
    said = sentence.said_in(language)
    return {"where": where, "sentence": said} if where else {"sentence": said}


def _answered(refused: Refused) -> tuple[str, int, Mapping[str, str]]:
    if isinstance(refused, NotLoggedIn):
        return LOGIN, 401, {"www-authenticate": 'Bearer realm="api"'}
    if isinstance(refused, TooOften):
        return refused.kind, 429, {"retry-after": str(refused.seconds)}
    if isinstance(refused, Unfit):
        return refused.kind, refused.status, refused.headers
    return refused.kind, _STATUS[refused.kind], _ENDS if refused.kind == "too-large" else {}
