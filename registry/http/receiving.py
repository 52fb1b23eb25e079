"""What a request brings: the parameters of its address and its body, checked against the declaration of the route."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded
from registry.http.faults import Fault, Misformed
from registry.http.route import JSON, Route, Stream, Upload
from registry.http.shapes import Plain, Shape
from registry.problem import Unfit
from registry.refusal import Refused
from registry.sentence import Sentence

_DEPTH = 40
_LONGEST_NAME = 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def path_of(found: Mapping[str, str]) -> dict[str, str]:
    """What stands in the place of free names. Raises Refused (missing) where nothing can have such a name."""
    for text in found.values():
        if len(text) > _LONGEST_NAME or _CONTROL.search(text):
            raise Refused("missing", (Sentence("nothing here has such a name", "此处没有这样的名称"),))
    return dict(found)


def query_of(shapes: Mapping[str, Plain], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The parameters that are there. Raises Misformed where one is not known, stands twice, or is not of its shape."""
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    listed = ", ".join(shapes) or "-"
    for name, text in pairs:
        where = f"?{name}"
        if name not in shapes:
            faults.append(
                Fault(where, text, Sentence(f"no such parameter, but {listed}", f"没有此参数，可用：{listed}"))
            )
        elif name in found:
            faults.append(Fault(where, text, Sentence("the parameter once", "该参数只能出现一次")))
        else:
            found[name] = shapes[name].read(shapes[name].of_text(text), where, faults)
    if faults:
        raise Misformed(faults)
    return found


async def body_of(route: Route, request: Request) -> tuple[Any, str]:
    """The body as the route takes it, and its media type.

    Raises Refused: 413 as soon as it is known to be too large, 415, or Misformed with all that is wrong.
    """
    takes = route.takes
    if takes is None:
        return None, ""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    expected = takes.media_types if isinstance(takes, Upload) else (JSON,)
    if media_type not in expected:
        raise _other_type(media_type, expected)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _encoded(request.headers["content-encoding"])
    if isinstance(takes, Upload) and takes.is_streamed:
        return Stream(request.stream(), _declared(request, takes.most)), media_type
    raw = await _bytes(request, takes.most if isinstance(takes, Upload) else route.most)
    return (raw if isinstance(takes, Upload) else _json(raw, takes)), media_type


def _json(raw: bytes, shape: Shape) -> Any:
    try:
        value = parse_json(raw, limits=Limits(max_depth=_DEPTH))
    except (CodecError, LimitExceeded) as error:
        raise Unfit(
            "invalid", Sentence(f"the body cannot be read: {error}", f"无法读取请求正文：{error}"), 400
        ) from None
    faults: list[Fault] = []
    found = shape.read(value, "", faults)
    if faults:
        raise Misformed(faults)
    return found


async def _bytes(request: Request, most: int) -> bytes:
    _declared(request, most)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


def _declared(request: Request, most: int) -> int | None:
    """The size that Content-Length says. Raises Refused where it is too large."""
    declared = request.headers.get("content-length", "")
    if not declared.isdigit():
        return None
    if int(declared) > most:
        raise _too_large(most)
    return int(declared)


def _too_large(most: int) -> Refused:
    said = Sentence(f"the body is larger than {most} bytes", f"请求正文超过 {most} 字节")
    return Unfit("too-large", said, 413, {"connection": "close"})


def _other_type(found: str, expected: Iterable[str]) -> Refused:
    listed = ", ".join(expected)
    en, zh = f"Content-Type is '{found}'; expected {listed}", f"Content-Type 为“{found}”；应为 {listed}"
    return Unfit("invalid", Sentence(en, zh), 415)


def _encoded(found: str) -> Refused:
    said = Sentence(f"Content-Encoding is '{found}'; expected none", f"Content-Encoding 为“{found}”；不支持压缩")
    return Unfit("invalid", said, 415)
