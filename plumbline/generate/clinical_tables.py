"""What people are ill with, what is measured and what is prescribed: ICD-10, LOINC, UCUM and ATC codes."""

from __future__ import annotations

from typing import NamedTuple

from plumbline.generate.weighted import weighted

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"


class Diagnosis(NamedTuple):
    """A disease, and the ATC codes of what is prescribed for it; `panel` is the number of the panel that is ordered."""

    code: str
    text: str
    drugs: tuple[str, ...] = ()
    panel: int = 0


class Test(NamedTuple):
    """What is measured. The middle and the spread are those of people; values have `places` after the point."""

    code: str
    text: str
    unit: str
    middle: float
    spread: float
    places: int
    low: str = ""
    high: str = ""
    """The range of reference, as decimals."""


class Panel(NamedTuple):
    """Tests that are reported together."""

    code: str
    text: str
    tests: tuple[Test, ...]


class Drug(NamedTuple):
    """What is prescribed, `daily` times a day, `dose` units at a time."""

    code: str
    text: str
    dose: int
    unit: str
    daily: int


PANELS = (
    Panel(
        "58410-2",
        "血细胞分析",
        (
            Test("6690-2", "白细胞计数", "10*9/L", 6.5, 1.8, 2, "3.50", "9.50"),
            Test("789-8", "红细胞计数", "10*12/L", 4.6, 0.5, 2, "3.80", "5.80"),
            Test("718-7", "血红蛋白", "g/L", 138, 15, 0, "115", "175"),
            Test("777-3", "血小板计数", "10*9/L", 225, 55, 0, "125", "350"),
        ),
    ),
    Panel(
        "24321-2",
        "肾功能、电解质和血糖",
        (
            Test("14749-6", "葡萄糖", "mmol/L", 5.6, 1.3, 2, "3.90", "6.10"),
            Test("22664-7", "尿素", "mmol/L", 5.3, 1.4, 2, "3.10", "8.00"),
            Test("14682-9", "肌酐", "umol/L", 72, 18, 0, "41", "111"),
            Test("2823-3", "钾", "mmol/L", 4.2, 0.4, 2, "3.50", "5.30"),
            Test("2951-2", "钠", "mmol/L", 140, 2.5, 1, "137.0", "147.0"),
        ),
    ),
    Panel(
        "24325-3",
        "肝功能",
        (
            Test("1742-6", "丙氨酸氨基转移酶", "U/L", 24, 12, 0, "7", "50"),
            Test("1920-8", "天门冬氨酸氨基转移酶", "U/L", 23, 8, 0, "13", "40"),
        ),
    ),
    Panel(
        "24331-1",
        "血脂",
        (
            Test("14647-2", "总胆固醇", "mmol/L", 4.8, 0.9, 2, "2.90", "5.70"),
            Test("14927-8", "甘油三酯", "mmol/L", 1.5, 0.7, 2, "0.40", "1.70"),
        ),
    ),
)
PRESSURE_PANEL = "85354-9"
SYSTOLIC = Test("8480-6", "收缩压", "mm[Hg]", 126, 16, 0)
DIASTOLIC = Test("8462-4", "舒张压", "mm[Hg]", 78, 10, 0)
VITAL_SIGNS = (
    Test("8867-4", "心率", "/min", 76, 11, 0),
    Test("9279-1", "呼吸频率", "/min", 17, 2, 0),
    Test("8310-5", "体温", "Cel", 36.7, 0.4, 1),
    Test("8302-2", "身高", "cm", 164, 9, 0),
    Test("29463-7", "体重", "kg", 64, 12, 1),
)
DIAGNOSES = weighted(
    (
        (Diagnosis("I10", "原发性高血压", ("C08CA01", "C09CA01"), 1), 18),
        (Diagnosis("E11.9", "2型糖尿病", ("A10BA02",), 1), 11),
        (Diagnosis("J06.9", "急性上呼吸道感染", ("M01AE01",), 0), 16),
        (Diagnosis("J18.9", "肺炎", ("J01DD04",), 0), 5),
        (Diagnosis("I25.1", "冠状动脉粥样硬化性心脏病", ("B01AC06", "C10AA05"), 3), 8),
        (Diagnosis("K29.5", "慢性胃炎", ("A02BC01",), 2), 8),
        (Diagnosis("E78.5", "高脂血症", ("C10AA05",), 3), 8),
        (Diagnosis("M54.5", "腰痛", ("M01AE01",), 0), 6),
        (Diagnosis("N39.0", "泌尿道感染", ("J01CA04",), 0), 4),
        (Diagnosis("J45.9", "支气管哮喘", ("R03AC02",), 0), 3),
        (Diagnosis("I63.9", "脑梗死", ("B01AC06", "C10AA05"), 3), 5),
        (Diagnosis("D50.9", "缺铁性贫血", ("B03AA07",), 0), 3),
        (Diagnosis("M17.9", "膝关节病", ("M01AE01",), 2), 4),
        (Diagnosis("K76.0", "脂肪肝", (), 2), 5),
    )
)
DRUGS = {
    drug.code: drug
    for drug in (
        Drug("A02BC01", "奥美拉唑肠溶胶囊", 20, "mg", 1),
        Drug("A10BA02", "盐酸二甲双胍片", 500, "mg", 3),
        Drug("B01AC06", "阿司匹林肠溶片", 100, "mg", 1),
        Drug("B03AA07", "硫酸亚铁片", 300, "mg", 2),
        Drug("C08CA01", "苯磺酸氨氯地平片", 5, "mg", 1),
        Drug("C09CA01", "氯沙坦钾片", 50, "mg", 1),
        Drug("C10AA05", "阿托伐他汀钙片", 20, "mg", 1),
        Drug("J01CA04", "阿莫西林胶囊", 500, "mg", 3),
        Drug("J01DD04", "注射用头孢曲松钠", 1000, "mg", 1),
        Drug("M01AE01", "布洛芬缓释胶囊", 300, "mg", 2),
        Drug("R03AC02", "沙丁胺醇气雾剂", 100, "ug", 3),
    )
}
