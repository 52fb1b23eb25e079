"""Inputs that could not be read as resources."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "input.not-read": Message(
        "fatal",
        "no-store",
        "This input could not be read: {reason}",
        "无法读取此输入：{reason}",
    ),
    "input.unreadable": Message(
        "fatal",
        "structure",
        "This is not a FHIR resource in JSON or XML: {reason}",
        "此输入不是 JSON 或 XML 格式的 FHIR 资源：{reason}",
    ),
    "input.limit": Message(
        "fatal",
        "too-costly",
        "This input is beyond what is checked: {reason}",
        "此输入超出可校验的限度：{reason}",
    ),
    "input.too-large": Message(
        "fatal",
        "too-long",
        "The input has {found} bytes; at most {expected} bytes are read as one resource",
        "输入为 {found} 字节；单个资源最多读取 {expected} 字节",
    ),
    "input.empty": Message(
        "fatal",
        "structure",
        "The input is empty; a FHIR resource in JSON or XML was expected",
        "输入为空；应为 JSON 或 XML 格式的 FHIR 资源",
    ),
}
