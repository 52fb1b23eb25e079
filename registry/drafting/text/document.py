"""A text document: what it is by its bytes, whether it may be taken, and its clauses."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fhir_kernel.errors import CodecError, LimitExceeded
from registry.drafting.intake import Upload, too_large
from registry.drafting.text import docx_archive, pdf
from registry.drafting.text.clause import Clause, Heading, clauses_of
from registry.drafting.text.docx import docx_headings
from registry.drafting.text.docx_safety import main_part, told_of_docx
from registry.drafting.text.limits import TextLimits
from registry.drafting.text.markdown import is_markdown, markdown_headings, plain_headings
from registry.refusal import refused
from registry.sentence import Sentence

TextKind = Literal["pdf", "docx", "markdown", "plain"]
MEDIA_TYPES: dict[TextKind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "markdown": "text/markdown; charset=utf-8",
    "plain": "text/plain; charset=utf-8",
}
"""As Content-Type gives it."""
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class TextDocument:
    """What is known of an uploaded text; its bytes are kept elsewhere, under its digest."""

    kind: TextKind
    size: int
    sha256: str
    clauses: tuple[Clause, ...] = ()
    clauses_left_off: int = 0
    told: tuple[Sentence, ...] = ()
    """What its readers should know of it: encrypted, holds JavaScript, refers to files elsewhere …"""

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind,
            "mediaType": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
            "clauses": [each.document() for each in self.clauses],
            "clausesLeftOff": self.clauses_left_off,
            "told": [each.document() for each in self.told],
        }


def examine_text(upload: Upload, limits: TextLimits) -> TextDocument:
    """What `upload` is. Blocks while it reads: call it off the event loop.

    Raises Refused where it is too large, of another kind, hostile or damaged; OSError.
    """
    if upload.size > limits.bytes:
        raise too_large(upload.size, limits.bytes)
    with upload.path.open("rb") as file:
        head = file.read(len(_OLD_WORD))
    if head.startswith(pdf.MAGIC):
        return TextDocument("pdf", upload.size, upload.sha256, told=pdf.told_of_pdf(upload.path))
    if head.startswith(docx_archive.MAGIC):
        return _examine_docx(upload, limits)
    if head == _OLD_WORD:
        raise refused(
            "invalid",
            "the file is an old Word document or has a password; save it as .docx without a password",
            "该文件是旧版 Word 文档或设有密码，请另存为不带密码的 .docx",
        )
    return _examine_plain(upload)


def _examine_docx(upload: Upload, limits: TextLimits) -> TextDocument:
    try:
        with docx_archive.opened(upload.path, limits.docx) as archive:
            main = main_part(archive)
            told = told_of_docx(archive)
            clauses, left_off = clauses_of(docx_headings(archive, main, limits))
    except (CodecError, LimitExceeded) as error:
        raise refused(
            "invalid", f"the DOCX cannot be read: {error}", f"无法读取该 DOCX 文件：{error}", where="docx"
        ) from error
    return TextDocument("docx", upload.size, upload.sha256, clauses, left_off, told)


def _examine_plain(upload: Upload) -> TextDocument:
    _check_text(upload.path)
    kind: TextKind = "markdown" if is_markdown(_lines(upload.path)) else "plain"
    headings: Iterator[Heading] = (
        markdown_headings(_lines(upload.path)) if kind == "markdown" else plain_headings(_lines(upload.path))
    )
    clauses, left_off = clauses_of(headings)
    return TextDocument(kind, upload.size, upload.sha256, clauses, left_off)


def _check_text(path: Path) -> None:
    """UTF-8 without control characters. Raises Refused."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if _CONTROLS.intersection(chunk):
                raise _no_text(f"there is a control character after byte {offset}", f"第 {offset} 字节之后有控制字符")
            _decoded(decoder, chunk, offset)
            offset += len(chunk)
    _decoded(decoder, b"", offset, final=True)


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, *, final: bool = False) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        raise _no_text(f"it is not UTF-8 after byte {offset}", f"第 {offset} 字节之后不是 UTF-8 编码") from error


def _no_text(en: str, zh: str) -> Exception:
    return refused(
        "invalid",
        f"the file is none of PDF, DOCX, Markdown and plain text in UTF-8: {en}",
        f"该文件不是 PDF、DOCX、Markdown 或 UTF-8 纯文本：{zh}",
    )


def _lines(path: Path) -> Iterator[str]:
    """The lines, those without end in pieces."""
    with path.open("r", encoding="utf-8-sig") as file:
        while line := file.readline(_CHUNK):
            yield line
