"""Documents of a project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.documents import DocumentsDesk
from registry.api.shapes import documents as shapes
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="documents")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/documents",
        operation="listDocuments",
        summary=Sentence("The documents of a project that whoever asks may see", "项目文件列表"),
        gives=shapes.DOCUMENTS,
        handler=DocumentsDesk.documents,
    ),
    _route(
        method="POST",
        path="projects/{id}/documents",
        operation="fileDocument",
        summary=Sentence("File a text: PDF, DOCX, Markdown or plain", "提交文件：PDF、DOCX、Markdown 或纯文本"),
        query=shapes.FILING,
        takes=shapes.TEXT_UPLOAD,
        gives=shapes.FILED,
        status=201,
        access="person",
        handler=DocumentsDesk.file,
    ),
    _route(
        method="POST",
        path="projects/{id}/generated-documents",
        operation="generateDocument",
        summary=Sentence("File a table that the registry writes of what it knows", "由系统生成并提交表格文件"),
        takes=shapes.GENERATION,
        gives=shapes.DOCUMENT,
        status=201,
        access="person",
        handler=DocumentsDesk.generate,
    ),
    _route(
        method="GET",
        path="projects/{id}/documents/{document}",
        operation="downloadDocument",
        summary=Sentence("A document, to be saved", "下载文件"),
        gives=shapes.DOWNLOAD,
        handler=DocumentsDesk.download,
    ),
    _route(
        method="GET",
        path="projects/{id}/documents/{document}/clauses",
        operation="readClauses",
        summary=Sentence("The clauses of a text, and what its readers should know", "文本的章条"),
        gives=shapes.EXAMINED,
        handler=DocumentsDesk.clauses,
    ),
)
