"""What a DOCX does besides being read: macros and remote code are refused, the rest told (ECMA-376 part 1)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from urllib.parse import urlsplit

from fhir_kernel.codec.xml_stream import read_elements
from registry.drafting.text.docx_archive import small_part
from registry.refusal import refused
from registry.sentence import Sentence

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CONTENT_TYPES = "[Content_Types].xml"
_ACTIVE = ("attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk", "control")
_REMOTE = ("http", "https", "ftp")
_MOST_TOLD = 20


def main_part(archive: zipfile.ZipFile) -> str:
    """The name of the part that holds the text. Raises Refused where the ZIP is no Word document or has macros."""
    names = set(archive.namelist())
    types = dict(_content_types(archive)) if _CONTENT_TYPES in names else {}
    if any("macroEnabled" in each or each.endswith("vbaProject") for each in types.values()) or any(
        name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names
    ):
        raise refused(
            "invalid", "the document has macros; save it as .docx without", "该文档含有宏，请另存为不含宏的 .docx"
        )
    mains = [part.removeprefix("/") for part, kind in types.items() if kind == _MAIN]
    if len(mains) != 1 or mains[0] not in names:
        raise refused(
            "invalid",
            "the file is a ZIP archive but no Word document; expected PDF, DOCX, Markdown or plain text",
            "该文件是 ZIP 压缩包，但不是 Word 文档；应为 PDF、DOCX、Markdown 或纯文本",
        )
    return mains[0]


def told_of_docx(archive: zipfile.ZipFile) -> tuple[Sentence, ...]:
    """What the readers of the document should know. Raises Refused for what would run or fetch when it is opened."""
    told: list[Sentence] = []
    for name in archive.namelist():
        low = name.lower()
        if "/activex/" in low:
            raise refused("invalid", f"the document has an ActiveX control: {name}", f"该文档含有 ActiveX 控件：{name}")
        if "/embeddings/" in low:
            told.append(Sentence(f"an object is embedded: {name}", f"内嵌对象：{name}"))
        if low.endswith(".rels"):
            told.extend(_told_of_relations(archive, name))
    if len(told) > _MOST_TOLD:
        more = len(told) - _MOST_TOLD
        told[_MOST_TOLD:] = [Sentence(f"and {more} more of the kind", f"另有 {more} 项同类内容")]
    return tuple(told)


def _content_types(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    with small_part(archive, _CONTENT_TYPES) as part:
        for element in read_elements(part, frozenset({"Override", "Default"})):
            yield str(element.get("PartName", element.get("Extension", ""))), str(element.get("ContentType", ""))


def _told_of_relations(archive: zipfile.ZipFile, name: str) -> Iterator[Sentence]:
    with small_part(archive, name) as part:
        for element in read_elements(part, frozenset({"Relationship"})):
            kind = str(element.get("Type", "")).rpartition("/")[2]
            target = str(element.get("Target", ""))[:200]
            if element.get("TargetMode") != "External" or kind == "hyperlink":
                continue
            if kind in _ACTIVE and _is_remote(target):
                raise refused(
                    "invalid",
                    f"the document fetches a {kind} from {target} when it is opened",
                    f"该文档打开时会从 {target} 加载 {kind}",
                    where=name,
                )
            yield Sentence(
                f"the document refers to a {kind} outside itself: {target}", f"文档引用了外部 {kind}：{target}"
            )


def _is_remote(target: str) -> bool:
    parts = urlsplit(target.replace("\\", "/"))
    return parts.scheme.lower() in _REMOTE or bool(parts.netloc)
