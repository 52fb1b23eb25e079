"""Which codes are UCUM units."""

from __future__ import annotations

import pytest

from fhir_kernel import ucum
from fhir_kernel.ucum.atoms import atoms

_RIGHT = """\
m mg/dL mm[Hg] 10*3/uL 10^9/L /min {beats}/min kg/m2 mL/min/{1.73_m2} [degF] Cel k[iU]/L % {score} 1 10*-3 dB
m.(s/kg){x} 4.[pi].10*-7.N/A2 mm[Hg]{hg} [in_i'H2O] B[10.nV] m+2 m-2 '' g% cal_[15] [m/s2/Hz^(1/2)] KiBy dag cd (m)
"""
_WRONG = """\
//s m/ m..s (m m) () (m/s)2 m2s m**2 0.5 {a m{a{b}} [foo] kmin k[in_i] foo m[hg] KG é Mg[ ] 2. m100 -m m^2
"""


@pytest.mark.parametrize("unit", [*_RIGHT.split(), "{# of fetuses}"])
def test_a_unit_of_the_grammar_is_right(unit: str) -> None:
    assert ucum.validate(unit) is None


@pytest.mark.parametrize("unit", ["", "m ", "m s", *_WRONG.split()])
def test_anything_else_is_wrong_and_says_why(unit: str) -> None:
    assert ucum.validate(unit)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        *(("mmHg", "mm[Hg]"), ("bpm", "/min"), ("beats/min", "{beats}/min"), ("°C", "Cel"), ("µg/mL", "ug/mL")),
        *(("mcg", "ug"), ("Kg", "kg"), ("IU/L", "[iU]/L"), ("mEq/L", "meq/L"), ("mg/hr", "mg/h"), ("M", "mol/L")),
        *(("x10^9/L", "10*9/L"), ("ug ", "ug"), ("mL/min/1.73m2", "mL/min/{1.73_m2}"), ("lbs", "[lb_av]")),
        *(("次/分", "/min"), ("毫克", "mg"), ("℃", "Cel"), ("cells/UL", "{cells}/ul"), ("cm H2O", "cm[H2O]")),
    ],
)
def test_a_frequent_slip_gets_the_right_spelling(written: str, right: str) -> None:
    assert ucum.validate(right) is None
    assert f"did you mean {right}?" in (ucum.validate(written) or "")


def test_every_unit_of_the_table_is_defined_down_to_base_units() -> None:
    assert len(atoms()) > 300
    assert [code for code in atoms() if ucum.validate(code)] == []


def test_length_depth_and_exponents_are_limited() -> None:
    assert "200" in (ucum.validate("m." * 150 + "m") or "")
    assert "20" in (ucum.validate("(" * 30 + "m" + ")" * 30) or "")
    assert "99" in (ucum.validate("m100") or "")


def test_the_reason_is_told_in_chinese_too() -> None:
    because = ucum.fault("mmHg")
    assert because is not None
    assert because.text("zh") == "“mmHg”不是 UCUM 单位；是否应为 mm[Hg]？"
