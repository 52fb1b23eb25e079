"""What is often written for a unit instead of its UCUM code (https://ucum.org/ucum)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fhir_kernel.ucum.atoms import read_symbol

_BY_RIGHT = """
s sec secs second seconds 秒
min mins minute minutes 分 分钟
h hr hrs hour hours 小时
d day days 天 日
wk week weeks 周
mo month months 月
a yr yrs year years y 岁 年
m meter meters metre metres 米
cm centimeter centimeters centimetre centimetres 厘米
mm millimeter millimeters millimetre 毫米
km kilometer kilometers 千米 公里
[in_i] inch inches
[ft_i] ft foot feet
[mi_i] mile miles
g gm gms gr gram grams 克
kg kgs kilo kilos kilogram kilograms 千克 公斤
mg milligram milligrams 毫克
ug mcg microgram micrograms 微克
[lb_av] lb lbs pound pounds
[oz_av] oz ounce ounces
L liter liters litre litres 升
mL cc milliliter milliliters millilitre 毫升
uL mcl 微升
Cel °c ºc degc celsius ℃ 摄氏度
[degF] °f ºf degf fahrenheit ℉ 华氏度
deg ° degree degrees
mm[Hg] mmhg torr 毫米汞柱
cm[H2O] cmh2o cmh₂o
[psi] psi
[iU] iu 国际单位
k[iU] kiu
m[iU] miu
u[iU] uiu
[pH] ph
[ppm] ppm
[ppb] ppb
[diop] dpt diop diopter diopters
[drp] drop drops 滴
% percent pct
meq mequiv
/min bpm
10* x10^ x10* ×10^ ×10*
{beats} beat beats
{breaths} breath breaths
{cells} cell cells
{copies} copy copies
{score} score
{ratio} ratio
{INR} inr
[CFU] cfu
[PFU] pfu
mmol mmole mmoles
mol mole moles
kcal kilocalorie kilocalories
"""
_EXACT = {"M": "mol/L", "mM": "mmol/L", "uM": "umol/L", "nM": "nmol/L", "pM": "pmol/L", "Cal": "[Cal]", "in": "[in_i]"}
_WHOLE = {
    "次/分": "/min",
    "次/min": "/min",
    "次/分钟": "/min",
    "cmh2o": "cm[H2O]",
    "mm(hg)": "mm[Hg]",
    "m[hg]": "m[Hg]",
    "mm[hg]": "mm[Hg]",
    "cm(h2o)": "cm[H2O]",
    "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "ml/min/1.73m^2": "mL/min/{1.73_m2}",
    "kg/m^2": "kg/m2",
    "kg/m²": "kg/m2",
    "m^2": "m2",
    "m²": "m2",
    "m³": "m3",
}
_MICRO = str.maketrans({"µ": "u", "μ": "u"})


def nearest_code(written: str) -> str | None:
    """The UCUM code that a whole expression was probably meant to be; None where there is no guess."""
    plain = "".join(written.split())
    return _WHOLE.get(plain.lower(), plain if plain != written else None)


def nearest_symbol(written: str) -> str | None:
    """The UCUM code that was probably meant by `written`, which is none; None where there is no guess."""
    if written in _EXACT:
        return _EXACT[written]
    plain = written.translate(_MICRO)
    folded = plain.lower()
    for candidate in (plain, _SLIPS.get(folded, folded)):
        if candidate in _CODES or (candidate != written and _is_symbol(candidate)):
            return candidate
    return None


def _read_slips() -> dict[str, str]:
    rows = [line.split() for line in _BY_RIGHT.strip().splitlines()]
    return {slip: right for right, *slips in rows for slip in slips}


def _is_symbol(text: str) -> bool:
    symbol = read_symbol(text)
    return symbol is not None and symbol.is_allowed


_SLIPS: Mapping[str, str] = MappingProxyType(_read_slips())
_CODES = frozenset(_SLIPS.values())
