"""LOINC, SNOMED CT, ClaML, UCUM and FHIR sources, made up but for their form."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from fhir_kernel.errors import ArchiveError, CodecError
from fhir_kernel.packages.archive import ArchiveLimits
from terminology.importers.archives import open_release
from terminology.importers.claml import import_claml
from terminology.importers.fhir import import_resource
from terminology.importers.imported import ImportRefused
from terminology.importers.loinc import import_loinc
from terminology.importers.rf2 import import_rf2
from terminology.importers.ucum import import_ucum

LIMITS = ArchiveLimits()


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"release/{path.relative_to(folder)}")
    return target


LOINC = {
    "LoincTable/Loinc.csv": (
        "LOINC_NUM,COMPONENT,PROPERTY,TIME_ASPCT,SYSTEM,SCALE_TYP,METHOD_TYP,CLASS,VersionLastChanged,STATUS,"
        "SHORTNAME,LONG_COMMON_NAME\n"
        '1-8,Thing,Mass,Pt,Ser,Qn,,CHEM,2.10,ACTIVE,Thing Ser,"Thing, serum"\n'
        "2-6,Old,Mass,Pt,Ser,Qn,,CHEM,2.9,DEPRECATED,Old Ser,Old thing\n"
    ),
    "AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv": (
        "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\n,1,,LP1-0,Things\nLP1-0,1,LP1-0,1-8,Thing\n"
    ),
    "AccessoryFiles/PartFile/LoincPartLink_Primary.csv": (
        "LoincNumber,LongCommonName,PartNumber,PartName,PartCodeSystem,PartTypeName,LinkTypeName,Property\n"
        "1-8,x,LP2-8,Thing,http://loinc.org,COMPONENT,Primary,http://loinc.org/property/COMPONENT\n"
    ),
    "AccessoryFiles/LinguisticVariants/zhCN5LinguisticVariant.csv": (
        "LOINC_NUM,COMPONENT,PROPERTY,TIME_ASPCT,SYSTEM,SCALE_TYP,METHOD_TYP,LONG_COMMON_NAME\n"
        "1-8,东西,质量,时间点,血清,定量型,,\n"
    ),
    "AccessoryFiles/LinguisticVariants/deDE15LinguisticVariant.csv": "LOINC_NUM,LONG_COMMON_NAME\n1-8,Ding\n",
}


@pytest.mark.parametrize("packed", [False, True])
def test_loinc_has_names_axes_hierarchy_and_chinese(tmp_path, packed):
    folder = write(tmp_path / "loinc", LOINC)
    source = zipped(folder, tmp_path / "loinc.zip") if packed else folder
    imported = import_loinc(source, LIMITS)
    rows = {row.concept["code"]: row for row in imported.rows}
    assert imported.header["version"] == "2.10"
    thing = rows["1-8"]
    assert thing.parents == ("LP1-0",)
    assert thing.concept["display"] == "Thing, serum"
    names = [(each["language"], each["value"]) for each in thing.concept["designation"]]
    assert names == [("en", "Thing Ser"), ("zh-CN", "东西:质量:时间点:血清:定量型")]
    axis = {"system": "http://loinc.org", "code": "LP2-8", "display": "Thing"}
    assert thing.concept["property"][0] == {"code": "COMPONENT", "valueCoding": axis}
    assert {"code": "inactive", "valueBoolean": True} in rows["2-6"].concept["property"]
    assert rows["LP1-0"].concept["display"] == "Things"
    assert not imported.findings


def test_a_folder_without_loinc_is_refused(tmp_path):
    with pytest.raises(ImportRefused, match=r"no Loinc\.csv"):
        import_loinc(tmp_path, LIMITS)


def _tsv(*rows: str) -> str:
    return "".join("\t".join(row.split("~")) + "\r\n" for row in rows)


RF2 = {
    "Snapshot/Terminology/sct2_Concept_Snapshot_X_20260101.txt": _tsv(
        "id~effectiveTime~active~moduleId~definitionStatusId",
        "138875005~20250101~1~900000000000207008~900000000000074008",
        "404684003~20260101~1~900000000000207008~900000000000073002",
        "111111111~20240101~0~900000000000207008~900000000000074008",
    ),
    "Snapshot/Terminology/sct2_Description_Snapshot-en_X_20260101.txt": _tsv(
        "id~effectiveTime~active~moduleId~conceptId~languageCode~typeId~term~caseSignificanceId",
        '1~20250101~1~m~404684003~en~900000000000003001~Finding "x" (finding)~c',
        "2~20250101~1~m~404684003~en~900000000000013009~Observation~c",
        "3~20250101~1~m~404684003~en~900000000000013009~Finding~c",
        "4~20250101~0~m~404684003~en~900000000000013009~Gone~c",
    ),
    "Snapshot/Terminology/sct2_Relationship_Snapshot_X_20260101.txt": _tsv(
        "id~effectiveTime~active~moduleId~sourceId~destinationId~relationshipGroup~typeId~characteristicTypeId~modifierId",
        "1~20250101~1~m~404684003~138875005~0~116680003~900000000000011006~m",
        "2~20250101~1~m~404684003~138875005~0~363698007~900000000000011006~m",
        "3~20250101~0~m~138875005~404684003~0~116680003~900000000000011006~m",
    ),
    "Snapshot/Refset/Language/der2_cRefset_LanguageSnapshot-en_X_20260101.txt": _tsv(
        "id~effectiveTime~active~moduleId~refsetId~referencedComponentId~acceptabilityId",
        "1~20250101~1~m~r~3~900000000000548007",
        "2~20250101~1~m~r~2~900000000000549004",
    ),
}


def test_snomed_ct_has_preferred_names_parents_attributes_and_status(tmp_path):
    imported = import_rf2(write(tmp_path, RF2), LIMITS)
    rows = {row.concept["code"]: row for row in imported.rows}
    assert imported.header["version"] == "http://snomed.info/sct/900000000000207008/version/20260101"
    finding = rows["404684003"]
    assert finding.concept["display"] == "Finding"
    assert finding.parents == ("138875005",)
    assert {"code": "363698007", "valueCode": "138875005"} in finding.concept["property"]
    assert {"code": "sufficientlyDefined", "valueBoolean": True} in finding.concept["property"]
    terms = [each["value"] for each in finding.concept["designation"]]
    assert terms == ['Finding "x" (finding)', "Observation", "Finding"]
    assert {"code": "inactive", "valueBoolean": True} in rows["111111111"].concept["property"]


CLAML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ClaML SYSTEM "ClaML.dtd">
<ClaML version="2.0.0">
 <Title date="2026-01-01" name="X10" version="2026">Made-up</Title>
 <ModifierClass modifier="S" code=".0"><SuperClass code="S"/></ModifierClass>
 <Class code="I" kind="chapter"><SubClass code="A00-A09"/>
  <Rubric kind="preferred"><Label xml:lang="en">Some <Reference>diseases</Reference></Label></Rubric></Class>
 <Class code="A00-A09" kind="block"><SuperClass code="I"/>
  <Rubric kind="preferred"><Label xml:lang="en">Block</Label></Rubric></Class>
 <Class code="A00" kind="category" usage="dagger"><SuperClass code="A00-A09"/>
  <Rubric kind="preferred"><Label xml:lang="en">Cholera</Label></Rubric>
  <Rubric kind="preferred"><Label xml:lang="zh">霍乱</Label></Rubric>
  <Rubric kind="inclusion"><Label xml:lang="en">asiatic</Label></Rubric></Class>
</ClaML>"""


def test_claml_has_chapters_blocks_and_categories(tmp_path):
    path = tmp_path / "c.xml"
    path.write_text(CLAML, encoding="utf-8")
    imported = import_claml(path, url="http://example.org/x10")
    chapter, block, category = imported.rows
    assert (imported.header["version"], imported.header["language"]) == ("2026", "en")
    assert chapter.concept["display"] == "Some diseases"
    assert {"code": "notSelectable", "valueBoolean": True} in block.concept["property"]
    assert (block.parents, category.parents) == (("I",), ("A00-A09",))
    assert category.concept["display"] == "Cholera"
    assert category.concept["designation"] == [{"language": "zh", "value": "霍乱"}]
    assert category.concept["property"] == [
        {"code": "kind", "valueCode": "category"},
        {"code": "usage", "valueCode": "dagger"},
        {"code": "inclusion", "valueString": "asiatic"},
    ]
    assert [each.kind for each in imported.findings] == ["modifiers"]


def test_the_display_of_claml_can_be_in_another_language(tmp_path):
    path = tmp_path / "c.xml"
    path.write_text(CLAML, encoding="utf-8")
    *_, category = import_claml(path, url="http://example.org/x10", language="zh").rows
    assert category.concept["display"] == "霍乱"


def test_entities_in_claml_are_refused(tmp_path):
    path = tmp_path / "c.xml"
    path.write_text(CLAML.replace('SYSTEM "ClaML.dtd"', '[<!ENTITY a "aaaa">]'), encoding="utf-8")
    with pytest.raises(CodecError, match="DOCTYPE"):
        import_claml(path, url="http://example.org/x10")


def test_entities_hidden_in_another_encoding_are_refused(tmp_path):
    path = tmp_path / "c.xml"
    text = CLAML.replace('SYSTEM "ClaML.dtd"', '[<!ENTITY a "aaaa">]').replace("UTF-8", "UTF-16")
    path.write_bytes(text.encode("utf-16"))
    with pytest.raises(CodecError, match="DOCTYPE"):
        import_claml(path, url="http://example.org/x10")


UCUM = """<?xml version="1.0" encoding="ascii"?>
<root xmlns="http://unitsofmeasure.org/ucum-essence" version="2.2" revision-date="2024">
 <prefix Code="k" CODE="K"><name>kilo</name></prefix>
 <base-unit Code="m" CODE="M" dim="L"><name>meter</name><printSymbol>m</printSymbol>
  <property>length</property></base-unit>
 <unit Code="[in_i]" CODE="[IN_I]" isMetric="no" class="intcust"><name>inch</name><name>zoll</name>
  <property>length</property><value Unit="cm" UNIT="CM" value="2.54">2.54</value></unit>
</root>"""


def test_ucum_gives_a_fragment_with_names(tmp_path):
    path = tmp_path / "ucum-essence.xml"
    path.write_text(UCUM)
    imported = import_ucum(path)
    meter, inch = (row.concept for row in imported.rows)
    assert (imported.header["content"], imported.header["version"]) == ("fragment", "2.2")
    assert meter["display"] == "meter"
    assert inch["designation"] == [{"value": "zoll"}]
    assert {"code": "caseInsensitiveCode", "valueCode": "[IN_I]"} in inch["property"]


def test_parents_of_a_resource_come_from_nesting_and_properties():
    nested = {"code": "b", "concept": [{"code": "c", "property": [{"code": "parent", "valueCode": "x"}]}]}
    top = [{"code": "a", "property": [{"code": "child", "valueCode": "b"}]}, nested, {"code": "x"}]
    resource = {"resourceType": "CodeSystem", "url": "u", "content": "complete", "concept": top}
    imported = import_resource(resource)
    parents = {row.concept["code"]: row.parents for row in imported.rows}
    assert parents == {"a": (), "b": ("a",), "c": ("b", "x"), "x": ()}
    assert {each.kind for each in imported.findings} == {"blank-display"}


def test_a_code_twice_in_a_resource_is_found():
    resource = {"url": "u", "concept": [{"code": "a"}, {"code": "a", "display": "b"}]}
    imported = import_resource(resource)
    assert len(list(imported.rows)) == 1
    assert "duplicate-code" in [each.kind for each in imported.findings]


def test_the_same_resource_has_the_same_source_name():
    resource = {"url": "u", "concept": [{"code": "a"}]}
    again = json.loads(json.dumps(resource))
    assert import_resource(resource).header["meta"] == import_resource(again).header["meta"]
    assert import_resource({**resource, "version": "2"}).header["meta"] != import_resource(resource).header["meta"]


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Loinc.csv", b"0" * 30_000_000)
    with pytest.raises(ArchiveError, match="unpacks to 30000000 bytes"):
        open_release(path, LIMITS)


def test_a_zip_with_too_many_members_is_refused(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(11):
            archive.writestr(str(number), b"")
    with pytest.raises(ArchiveError, match="11 members"):
        open_release(path, ArchiveLimits(members=10))
