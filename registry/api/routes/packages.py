"""Drafts of a project's FHIR package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.packages import PackagesDesk
from registry.api.shapes import documents as shapes
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="packages")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/packages",
        operation="listPackageDrafts",
        summary=Sentence("The drafts that whoever asks may see", "数据包草案列表"),
        gives=shapes.DRAFTS,
        handler=PackagesDesk.drafts,
    ),
    _route(
        method="POST",
        path="projects/{id}/packages",
        operation="uploadPackageDraft",
        summary=Sentence("Upload a draft (.tgz of a package or a FSH project); it is compiled", "上传数据包草案并编译"),
        takes=shapes.PACKAGE_UPLOAD,
        gives=shapes.COMPILED,
        status=201,
        access="person",
        handler=PackagesDesk.upload,
    ),
    _route(
        method="GET",
        path="projects/{id}/packages/{number}",
        operation="readPackageDraft",
        summary=Sentence("A draft with what came out when it was compiled", "数据包草案及编译结果"),
        gives=shapes.COMPILED,
        handler=PackagesDesk.draft,
    ),
    _route(
        method="GET",
        path="projects/{id}/packages/{number}/findings",
        operation="readFindings",
        summary=Sentence("What came out when a draft was compiled, as a page", "数据包草案编译结果页面"),
        gives=shapes.PAGE,
        handler=PackagesDesk.findings,
    ),
    _route(
        method="GET",
        path="projects/{id}/packages/{number}/content",
        operation="downloadPackageDraft",
        summary=Sentence("The archive as it was uploaded", "下载数据包草案"),
        gives=shapes.PACKAGE_DOWNLOAD,
        handler=PackagesDesk.download,
    ),
    _route(
        method="GET",
        path="projects/{id}/packages/{number}/artefacts",
        operation="listDraftArtefacts",
        summary=Sentence("What a draft defines", "数据包草案中的规范内容"),
        gives=shapes.ARTEFACTS,
        handler=PackagesDesk.artefacts,
    ),
    _route(
        method="GET",
        path="projects/{id}/packages/{number}/table",
        operation="readArtefactTable",
        summary=Sentence("A profile, code system or value set for readers", "规范、代码系统或值集的表格"),
        query=shapes.TABLE_OF,
        gives=shapes.AS_PAGE,
        handler=PackagesDesk.table,
    ),
    _route(
        method="GET",
        path="projects/{id}/packages/{number}/difference",
        operation="comparePackageDrafts",
        summary=Sentence("What changed from one draft to another", "两个草案之间的差异"),
        query=shapes.COMPARING,
        gives=shapes.AS_PAGE,
        handler=PackagesDesk.compare,
    ),
)
