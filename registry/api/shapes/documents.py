"""Documents of the checklist, and drafts of packages."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import DIGEST, PAGE_FORMATS
from registry.api.shapes.deriving import MOST, SAID, shape_of
from registry.casework.drafts import PackageDraft
from registry.http.route import File, Upload
from registry.http.shapes import Choice, Flag, Plain, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.model.artefact import FiledDocument
from registry.people.shapes import SENTENCE

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_TYPES = ("application/pdf", DOCX, "text/markdown", "text/plain", "application/octet-stream")
PACKAGE_TYPES = ("application/gzip", "application/x-gzip", "application/tar+gzip", "application/octet-stream")
TEXT_UPLOAD = Upload(TEXT_TYPES, 50_000_000, is_streamed=True)
PACKAGE_UPLOAD = Upload(PACKAGE_TYPES, 100_000_000, is_streamed=True)
DOWNLOAD = File((*TEXT_TYPES, "text/html"))
PACKAGE_DOWNLOAD = File(("application/tar+gzip",))
DOCUMENT = shape_of(FiledDocument)
DOCUMENTS = Thing(
    "FiledDocuments", {"documents": Many(DOCUMENT, most=MOST), "hidden": Whole(about="Not for the public")}
)
FILING: Mapping[str, Plain] = {
    "kind": Text(64, about="A code of the checklist, such as draft"),
    "name": Text(200, about="Of the file"),
}
CLAUSE = Thing("TextClause", {"key": Text(), "number": Text(), "title": SAID, "level": Whole()})
EXAMINED = Thing(
    "TextExamined",
    {
        "kind": Choice(("pdf", "docx", "markdown", "plain")),
        "mediaType": Text(),
        "size": Whole(),
        "sha256": DIGEST,
        "clauses": Many(CLAUSE, most=MOST),
        "clausesLeftOff": Whole(),
        "told": Many(SENTENCE),
    },
)
FILED = Thing("DocumentFiled", {"document": DOCUMENT, "text": EXAMINED})
GENERATED = ("consulted-parties", "comment-table", "ballot-papers", "review-minutes", "roster")
GENERATION = Thing("NewGeneratedDocument", {"kind": Choice(GENERATED)})
DRAFT = shape_of(PackageDraft)
FINDING = Thing(
    "Finding",
    {
        "id": Text(),
        "severity": Text(),
        "artefact": SAID,
        "file": SAID,
        "element": SAID,
        "rule": SAID,
        "sentence": SENTENCE,
    },
)
OUTCOME = Thing(
    "CompilationOutcome",
    {
        "name": SAID,
        "file": SAID,
        "type": Text(),
        "title": SAID,
        "isExample": Flag(),
        "errors": Whole(),
        "warnings": Whole(),
    },
)
COMPILATION = Thing(
    "Compilation",
    {
        "package": SAID,
        "sha256": DIGEST,
        "passed": Flag(),
        "counts": Table(Whole()),
        "examples": Whole(),
        "outcomes": Many(OUTCOME, most=MOST),
        "outcomesLeftOff": Whole(),
        "findings": Many(FINDING, most=MOST),
        "findingsLeftOff": Whole(),
    },
)
DRAFTS = Thing("PackageDrafts", {"drafts": Many(DRAFT, most=MOST), "hidden": Whole(about="Not for the public")})
COMPILED = Thing("PackageCompiled", {"draft": DRAFT, "compilation": COMPILATION})
ARTEFACT = Thing("DraftArtefact", {"url": SAID, "type": Text(), "id": Text(), "title": SAID, "file": SAID})
ARTEFACTS = Thing("DraftArtefacts", {"artefacts": Many(ARTEFACT, most=MOST)})
PAGE = File(("text/html",))
AS_PAGE = File(("application/json", "text/html"))
COMPARING: Mapping[str, Plain] = {
    "from": Whole(1, about="The number of the draft before; the one before this, without"),
    "format": PAGE_FORMATS,
}
TABLE_OF: Mapping[str, Plain] = {
    "url": Text(500, about="The canonical URL of a profile, code system or value set"),
    "format": PAGE_FORMATS,
}
