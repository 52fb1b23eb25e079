from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from registry.drafting.text.document import TextDocument, examine_text
from registry.drafting.text.limits import TextLimits
from registry.refusal import Refused
from tests.registry.drafting.making import CONTENT_TYPES, W, docx, paragraph, upload

LIMITS = TextLimits()
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def examine(folder: Path, content: bytes) -> TextDocument:
    return examine_text(upload(folder, content), LIMITS)


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        examine(folder, content)
    assert caught.value.sentences[0].zh
    return caught.value.sentences[0].en


def relation(kind: str, target: str) -> dict[str, str]:
    row = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {"word/_rels/document.xml.rels": f'<Relationships xmlns="{space}">{row}</Relationships>'}


def clauses(document: TextDocument) -> list[tuple[str, str, int]]:
    return [(each.key, each.title, each.level) for each in document.clauses]


def test_the_clauses_of_markdown_are_its_headings_by_number(tmp_path: Path) -> None:
    text = """# 1 范围
正文
## 4.2.1 身份证号
```
# no heading
```
附录 A
=====
### A.1 校验码
## 说明
## 4.2.1 again
"""
    found = examine(tmp_path, text.encode())
    assert found.kind == "markdown"
    assert clauses(found) == [
        ("1", "范围", 1),
        ("4.2.1", "身份证号", 2),
        ("附录A", "", 1),
        ("A.1", "校验码", 3),
        ("§5", "说明", 2),
        ("§6", "again", 2),
    ]


def test_plain_text_is_outlined_by_the_numbers_at_the_beginning_of_its_lines(tmp_path: Path) -> None:
    text = "1 范围\n本标准规定了内容。\n4.2.1 数据元 标识符\n2021年发布的版本\n3 天后生效。\n"
    found = examine(tmp_path, text.encode())
    assert found.kind == "plain"
    assert clauses(found) == [("1", "范围", 1), ("4.2.1", "数据元 标识符", 3)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "control character"),
        ("标准".encode("gbk"), "not UTF-8"),
        (b"text \xff", "not UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Word document or has a password"),
        (b"PK\x03\x04rest", "no directory"),
        (b"MZ\x90\0", "control character"),
    ],
)
def test_what_is_no_text_is_refused_by_its_bytes(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_a_pdf_is_known_by_its_bytes_and_what_it_does_is_told(tmp_path: Path) -> None:
    quiet = examine(tmp_path, b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n")
    assert (quiet.kind, quiet.told, quiet.media_type) == ("pdf", (), "application/pdf")
    loud = examine(tmp_path, b"%PDF-1.7\n<< /S /J#61vaScript /JS (app.alert) >> << /Encrypt 5 0 R >>")
    said = [each.en for each in loud.told]
    assert any("encrypted" in each for each in said)
    assert any("JavaScript" in each for each in said)
    assert any("cut short" in each for each in said)


def test_javascript_in_a_compressed_part_of_a_pdf_is_told(tmp_path: Path) -> None:
    hidden = zlib.compress(b"1 0 << /S /JavaScript /JS 2 0 R >>")
    content = b"%PDF-1.7\n3 0 obj <</Type /ObjStm /N 1>>\nstream\n" + hidden + b"\nendstream\n%%EOF"
    assert [each.en for each in examine(tmp_path, content).told] == ["the PDF holds JavaScript"]


def test_the_headings_of_a_word_document_come_with_the_numbers_that_word_counts(tmp_path: Path) -> None:
    styles = f"""<w:styles xmlns:w="{W}">
      <w:style w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
      <w:style w:styleId="2"><w:name w:val="heading 2"/><w:pPr><w:numPr>
        <w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
      <w:style w:styleId="x"><w:name w:val="一级条标题"/><w:basedOn w:val="2"/></w:style>
      <w:style w:styleId="n"><w:name w:val="附录标识"/><w:pPr><w:outlineLvl w:val="0"/><w:numPr><w:numId w:val="8"/>
        </w:numPr></w:pPr></w:style></w:styles>"""
    numbering = f"""<w:numbering xmlns:w="{W}">
      <w:abstractNum w:abstractNumId="0">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
      </w:abstractNum>
      <w:abstractNum w:abstractNumId="1">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="附 录 %1"/></w:lvl>
      </w:abstractNum>
      <w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>
      <w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
    body = (
        paragraph("范围", "1")
        + paragraph("正文")
        + paragraph("术语", "1")
        + paragraph("一般", "2")
        + paragraph("身份证号", "x")
        + paragraph("校验", "n")
        + paragraph("第 3 部分", more='<w:outlineLvl w:val="2"/>')
    )
    found = examine_text(docx(tmp_path, body, {"word/styles.xml": styles, "word/numbering.xml": numbering}), LIMITS)
    assert found.kind == "docx"
    assert clauses(found) == [
        ("1", "范围", 1),
        ("2", "术语", 1),
        ("2.1", "一般", 2),
        ("2.2", "身份证号", 2),
        ("附录A", "校验", 1),
        ("§6", "第 3 部分", 3),
    ]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = docx(tmp_path, "", {"word/media/a.bin": b"\0" * 60_000_000})
    with pytest.raises(Refused, match="unpacks to"):
        examine_text(bomb, LIMITS)


def test_a_zip_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    crowd = docx(tmp_path, "", {f"word/{number}.bin": b"" for number in range(6_000)})
    with pytest.raises(Refused, match="members"):
        examine_text(crowd, LIMITS)


def test_a_zip_whose_directory_is_enormous_is_refused_unread(tmp_path: Path) -> None:
    content = docx(tmp_path).path.read_bytes()
    end = content.rfind(b"PK\x05\x06")
    swollen = content[: end + 12] + struct.pack("<I", 500_000_000) + content[end + 16 :]
    assert "more than 5000 members need" in refusal(tmp_path, swollen)


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(docx(tmp_path, paragraph("x" * 5000)).path.read_bytes())
    row = content.rfind(b"PK\x01\x02")
    content[row + 24 : row + 28] = struct.pack("<I", 10)
    assert "cannot be unpacked" in refusal(tmp_path, bytes(content))


def test_macros_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="macros"):
        examine_text(docx(tmp_path, "", {"word/vbaProject.bin": b"x"}), LIMITS)
    renamed = CONTENT_TYPES.replace(
        "</Types>", '<Override PartName="/a" ContentType="application/x.macroEnabled"/></Types>'
    )
    with pytest.raises(Refused, match="macros"):
        examine_text(docx(tmp_path, "", {"[Content_Types].xml": renamed}), LIMITS)


@pytest.mark.parametrize("target", ["https://evil.example/t.dotm", r"\\evil\share\t.dotm", "file://evil/t.dotm"])
def test_a_template_from_elsewhere_is_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(Refused, match="attachedTemplate"):
        examine_text(docx(tmp_path, "", relation("attachedTemplate", target)), LIMITS)


def test_what_lies_outside_or_is_embedded_is_told(tmp_path: Path) -> None:
    parts = relation("image", "https://example.cn/i.png") | {"word/embeddings/o.bin": "x"}
    told = [each.en for each in examine_text(docx(tmp_path, "", parts), LIMITS).told]
    assert any("image outside itself: https://example.cn/i.png" in each for each in told)
    assert any("embedded: word/embeddings/o.bin" in each for each in told)
    assert not examine_text(docx(tmp_path, "", relation("hyperlink", "https://example.cn")), LIMITS).told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_any_part_are_refused(tmp_path: Path, encoding: str) -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'.encode(encoding)
    with pytest.raises(Refused, match="DOCTYPE"):
        examine_text(docx(tmp_path, "", {"word/header1.xml": laughs}), LIMITS)


def test_xml_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nested deeper"):
        examine_text(docx(tmp_path, "<w:x>" * 250 + "</w:x>" * 250), LIMITS)


def test_a_zip_that_is_no_word_document_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    assert "no Word document" in refusal(tmp_path, (tmp_path / "a.zip").read_bytes())


def test_a_text_is_refused_that_is_larger_than_texts_may_be(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        examine_text(upload(tmp_path, b"x" * 11), TextLimits(bytes=10))
    assert caught.value.kind == "too-large"


def test_more_clauses_than_are_kept_are_counted(tmp_path: Path) -> None:
    found = examine(tmp_path, "".join(f"# {number} x\n" for number in range(1, 5_011)).encode())
    assert (len(found.clauses), found.clauses_left_off) == (5_000, 10)


def test_lines_made_to_take_long_do_not(tmp_path: Path) -> None:
    lines = ["# " + " " * 60_000 + "x", "#" * 60_000, "=" * 60_000 + "x", "1." * 30_000, "~" * 60_000]
    assert examine(tmp_path, ("\n".join(lines) * 20).encode()).clauses


def test_a_text_of_nothing_but_headings_is_refused_before_it_costs_much(tmp_path: Path) -> None:
    assert "more than 100000 headings" in refusal(tmp_path, b"# x\n" * 2_000_000)


def test_bytes_that_only_look_like_a_script_are_not_told(tmp_path: Path) -> None:
    assert not examine(tmp_path, b"%PDF-1.7\nstream \x01/JS\n\x02 endstream\n%%EOF").told
    assert examine(tmp_path, b"%PDF-1.7\n<< /S /Rendition /JS 4 0 R >>\n%%EOF").told


def test_a_paragraph_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    body = "<w:p>" + "".join(f"<w:r><w:t>{number}</w:t></w:r>" for number in range(60_000)) + "</w:p>"
    with pytest.raises(Refused, match="more than 100000 others"):
        examine_text(docx(tmp_path, body), LIMITS)


def test_styles_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    styles = "".join(f'<w:style w:styleId="{number:09}{number:08x}"/>' for number in range(250_000))
    with pytest.raises(Refused, match="styles"):
        examine_text(docx(tmp_path, "", {"word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>'}), LIMITS)


def test_a_long_text_of_many_paragraphs_is_taken(tmp_path: Path) -> None:
    body = paragraph("1 范围", more='<w:outlineLvl w:val="0"/>') + "".join(
        paragraph(f"正文 {number}") for number in range(60_000)
    )
    assert clauses(examine_text(docx(tmp_path, body), LIMITS)) == [("1", "范围", 1)]
