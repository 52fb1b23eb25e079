"""An OpenAPI document of declared routes (https://spec.openapis.org/oas/v3.1.1.html)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from registry.http.route import JSON, Access, File, Route, Upload
from registry.http.shapes import Named, Schema, Shape, Text, Whole
from registry.http.structures import Many, Thing
from registry.sentence import Sentence

OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.1"
_VERSION = "3.1.1"
_FREE = re.compile(r"\{(\w+)(?::\w+)?\}")
_SCHEME = "session"
_BINARY: Schema = {"type": "string", "format": "binary"}
_PROBLEM = Thing(
    "Problem",
    {"type": Text(), "title": Text(), "status": Whole(400, 599), "detail": Text(100_000)},
    {"errors": Many(Thing("", {"sentence": Text(100_000)}, {"where": Text(1_000)}))},
    about="Why a request was refused (RFC 9457), in the language of Accept-Language.",
)
_WHO: dict[Access, str] = {
    "everybody": "",
    "person": "Needs a person who is logged in. 需要登录。",
    "administrator": "Needs the role administrator. 需要系统管理员角色。",
}


def document(routes: Sequence[Route], title: str, version: str) -> dict[str, Any]:
    """The document; what the shapes are called stands among its components."""
    named: Named = {}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = "/" + _FREE.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, named)
    failure = {"description": "A problem", "content": {"application/problem+json": {"schema": _PROBLEM.schema(named)}}}
    return {
        "openapi": _VERSION,
        "info": {"title": title, "version": version},
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {
            "schemas": named,
            "responses": {"Failure": failure},
            "securitySchemes": {_SCHEME: {"type": "http", "scheme": "bearer", "description": "From POST /session."}},
        },
    }


def _operation(route: Route, named: Named) -> dict[str, Any]:
    parameters = [*map(_in_path, _FREE.findall(route.path))]
    parameters += [_in_query(name, shape.schema(named), shape) for name, shape in route.query.items()]
    who = _WHO[route.access]
    return {
        "operationId": route.operation,
        "summary": _both(route.summary),
        **({"description": who} if who else {}),
        "tags": [route.group],
        **({"parameters": parameters} if parameters else {}),
        **({} if route.takes is None else {"requestBody": {"required": True, "content": _taken(route.takes, named)}}),
        "responses": {str(route.success): _given(route, named), "default": {"$ref": "#/components/responses/Failure"}},
        "security": [{_SCHEME: []}] if route.access != "everybody" else [{}, {_SCHEME: []}],
    }


def _both(said: Sentence) -> str:
    return f"{said.en} · {said.zh}"


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(name: str, schema: Schema, shape: Shape) -> dict[str, Any]:
    lists = {"style": "form", "explode": False} if isinstance(shape, Many) else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **lists}


def _taken(takes: Shape | Upload, named: Named) -> dict[str, Any]:
    if isinstance(takes, Upload):
        return {each: {"schema": _BINARY} for each in takes.media_types}
    return {JSON: {"schema": takes.schema(named)}}


def _given(route: Route, named: Named) -> dict[str, Any]:
    if route.gives is None:
        return {"description": "Done"}
    if isinstance(route.gives, File):
        return {"description": "A file", "content": {each: {"schema": _BINARY} for each in route.gives.media_types}}
    return {"description": "The answer", "content": {JSON: {"schema": route.gives.schema(named)}}}
