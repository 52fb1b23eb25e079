"""The units of UCUM: each with its value in other units (https://ucum.org/ucum, tables 1 to 23)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "Y": "1e24",
        "Z": "1e21",
        "E": "1e18",
        "P": "1e15",
        "T": "1e12",
        "G": "1e9",
        "M": "1e6",
        "k": "1e3",
        "h": "1e2",
        "da": "1e1",
        "d": "1e-1",
        "c": "1e-2",
        "m": "1e-3",
        "u": "1e-6",
        "n": "1e-9",
        "p": "1e-12",
        "f": "1e-15",
        "a": "1e-18",
        "z": "1e-21",
        "y": "1e-24",
        "Ki": "1024",
        "Mi": "1048576",
        "Gi": "1073741824",
        "Ti": "1099511627776",
    }
)
"""Factors of the prefixes that metric units take."""

BASE_UNITS = """\
m metre
s second
g gram
rad radian
K kelvin
C coulomb
cd candela
"""
"""Code and name; all metric."""

METRIC_UNITS = """\
mol 6.02214076 10*23 mole
sr 1 rad2 steradian
Hz 1 s-1 hertz
N 1 kg.m/s2 newton
Pa 1 N/m2 pascal
J 1 N.m joule
W 1 J/s watt
A 1 C/s ampere
V 1 J/C volt
F 1 C/V farad
Ohm 1 V/A ohm
S 1 Ohm-1 siemens
Wb 1 V.s weber
T 1 Wb/m2 tesla
H 1 Wb/A henry
lm 1 cd.sr lumen
lx 1 lm/m2 lux
Bq 1 s-1 becquerel
Gy 1 J/kg gray
Sv 1 J/kg sievert
l 1 dm3 liter
L 1 l liter
ar 100 m2 are
t 1e3 kg tonne
bar 1e5 Pa bar
u 1.66053906660e-24 g unified atomic mass unit
eV 1 [e].V electronvolt
pc 3.085678e16 m parsec
[c] 299792458 m/s velocity of light
[h] 6.62607015e-34 J.s Planck constant
[k] 1.380649e-23 J/K Boltzmann constant
[eps_0] 8.854187817e-12 F/m permittivity of vacuum
[mu_0] 1 4.[pi].10*-7.N/A2 permeability of vacuum
[e] 1.602176634e-19 C elementary charge
[m_e] 9.1093837139e-31 kg electron mass
[m_p] 1.67262192595e-27 kg proton mass
[G] 6.67430e-11 m3.kg-1.s-2 Newtonian constant of gravitation
[g] 9.80665 m/s2 standard acceleration of free fall
[ly] 1 [c].a_j light-year
gf 1 g.[g] gram-force
Ky 1 cm-1 Kayser
Gal 1 cm/s2 Gal
dyn 1 g.cm/s2 dyne
erg 1 dyn.cm erg
P 1 dyn.s/cm2 Poise
Bi 10 A Biot
St 1 cm2/s Stokes
Mx 1e-8 Wb Maxwell
G 1e-4 T Gauss
Oe 250 /[pi].A/m Oersted
Gb 1 Oe.cm Gilbert
sb 1 cd/cm2 stilb
Lmb 1 cd/cm2/[pi] Lambert
ph 1e-4 lx phot
Ci 3.7e10 Bq Curie
R 2.58e-4 C/kg Roentgen
RAD 100 erg/g radiation absorbed dose
REM 1 RAD radiation equivalent man
cal_[15] 4.18580 J calorie at 15 °C
cal_[20] 4.18190 J calorie at 20 °C
cal_m 4.19002 J mean calorie
cal_IT 4.1868 J international table calorie
cal_th 4.184 J thermochemical calorie
cal 1 cal_th calorie
tex 1 g/km tex
m[H2O] 9.80665 kPa meter of water column
m[Hg] 133.3220 kPa meter of mercury column
eq 1 mol equivalents
osm 1 mol osmole
g% 1 g/dl gram percent
kat 1 mol/s katal
U 1 umol/min Unit
[IU] 1 [iU] international unit
st 1 m3 stere
mho 1 S mho
bit 1 1 bit
By 8 bit byte
Bd 1 /s baud
"""
"""Code, value, unit that the value is in, name. These take prefixes."""

CUSTOMARY_UNITS = """\
10* 10 1 the number ten for arbitrary powers
10^ 10 1 the number ten for arbitrary powers
[pi] 3.1415926535897932384626433832795028841971693993751058209749445923 1 the number pi
% 1 10*-2 percent
[ppth] 1 10*-3 parts per thousand
[ppm] 1 10*-6 parts per million
[ppb] 1 10*-9 parts per billion
[pptr] 1 10*-12 parts per trillion
gon 0.9 deg gon
deg 2 [pi].rad/360 degree
' 1 deg/60 minute
'' 1 '/60 second
min 60 s minute
h 60 min hour
d 24 h day
a_t 365.24219 d tropical year
a_j 365.25 d mean Julian year
a_g 365.2425 d mean Gregorian year
a 1 a_j year
wk 7 d week
mo_s 29.53059 d synodal month
mo_j 1 a_j/12 mean Julian month
mo_g 1 a_g/12 mean Gregorian month
mo 1 mo_j month
AU 149597.870691 Mm astronomic unit
atm 101325 Pa standard atmosphere
[lbf_av] 1 [lb_av].[g] pound force
[in_i] 2.54 cm inch
[ft_i] 12 [in_i] foot
[yd_i] 3 [ft_i] yard
[mi_i] 5280 [ft_i] mile
[fth_i] 6 [ft_i] fathom
[nmi_i] 1852 m nautical mile
[kn_i] 1 [nmi_i]/h knot
[sin_i] 1 [in_i]2 square inch
[sft_i] 1 [ft_i]2 square foot
[syd_i] 1 [yd_i]2 square yard
[cin_i] 1 [in_i]3 cubic inch
[cft_i] 1 [ft_i]3 cubic foot
[cyd_i] 1 [yd_i]3 cubic yard
[bf_i] 144 [in_i]3 board foot
[cr_i] 128 [ft_i]3 cord
[mil_i] 1e-3 [in_i] mil
[cml_i] 1 [pi]/4.[mil_i]2 circular mil
[hd_i] 4 [in_i] hand
[ft_us] 1200 m/3937 foot
[yd_us] 3 [ft_us] yard
[in_us] 1 [ft_us]/12 inch
[rd_us] 16.5 [ft_us] rod
[ch_us] 4 [rd_us] Gunter's chain
[lk_us] 1 [ch_us]/100 link for Gunter's chain
[rch_us] 100 [ft_us] Ramden's chain
[rlk_us] 1 [rch_us]/100 link for Ramden's chain
[fth_us] 6 [ft_us] fathom
[fur_us] 40 [rd_us] furlong
[mi_us] 8 [fur_us] mile
[acr_us] 160 [rd_us]2 acre
[srd_us] 1 [rd_us]2 square rod
[smi_us] 1 [mi_us]2 square mile
[sct] 1 [mi_us]2 section
[twp] 36 [sct] township
[mil_us] 1e-3 [in_us] mil
[in_br] 2.539998 cm inch
[ft_br] 12 [in_br] foot
[rd_br] 16.5 [ft_br] rod
[ch_br] 4 [rd_br] Gunter's chain
[lk_br] 1 [ch_br]/100 link for Gunter's chain
[fth_br] 6 [ft_br] fathom
[pc_br] 2.5 [ft_br] pace
[yd_br] 3 [ft_br] yard
[mi_br] 5280 [ft_br] mile
[nmi_br] 6080 [ft_br] nautical mile
[kn_br] 1 [nmi_br]/h knot
[acr_br] 4840 [yd_br]2 acre
[gal_us] 231 [in_i]3 Queen Anne's wine gallon
[bbl_us] 42 [gal_us] barrel
[qt_us] 1 [gal_us]/4 quart
[pt_us] 1 [qt_us]/2 pint
[gil_us] 1 [pt_us]/4 gill
[foz_us] 1 [gil_us]/4 fluid ounce
[fdr_us] 1 [foz_us]/8 fluid dram
[min_us] 1 [fdr_us]/60 minim
[crd_us] 128 [ft_i]3 cord
[bu_us] 2150.42 [in_i]3 bushel
[gal_wi] 1 [bu_us]/8 historical winchester gallon
[pk_us] 1 [bu_us]/4 peck
[dqt_us] 1 [pk_us]/8 dry quart
[dpt_us] 1 [dqt_us]/2 dry pint
[tbs_us] 1 [foz_us]/2 tablespoon
[tsp_us] 1 [tbs_us]/3 teaspoon
[cup_us] 16 [tbs_us] cup
[foz_m] 30 mL metric fluid ounce
[cup_m] 240 mL metric cup
[tsp_m] 5 mL metric teaspoon
[tbs_m] 15 mL metric tablespoon
[gal_br] 4.54609 l gallon
[pk_br] 2 [gal_br] peck
[bu_br] 4 [pk_br] bushel
[qt_br] 1 [gal_br]/4 quart
[pt_br] 1 [qt_br]/2 pint
[gil_br] 1 [pt_br]/4 gill
[foz_br] 1 [gil_br]/5 fluid ounce
[fdr_br] 1 [foz_br]/8 fluid dram
[min_br] 1 [fdr_br]/60 minim
[gr] 64.79891 mg grain
[lb_av] 7000 [gr] pound
[oz_av] 1 [lb_av]/16 ounce
[dr_av] 1 [oz_av]/16 dram
[scwt_av] 100 [lb_av] short hundredweight
[lcwt_av] 112 [lb_av] long hundredweight
[ston_av] 20 [scwt_av] short ton
[lton_av] 20 [lcwt_av] long ton
[stone_av] 14 [lb_av] stone
[pwt_tr] 24 [gr] pennyweight
[oz_tr] 20 [pwt_tr] ounce
[lb_tr] 12 [oz_tr] pound
[sc_ap] 20 [gr] scruple
[dr_ap] 3 [sc_ap] dram
[oz_ap] 8 [dr_ap] ounce
[lb_ap] 12 [oz_ap] pound
[oz_m] 28 g metric ounce
[lne] 1 [in_i]/12 line
[pnt] 1 [lne]/6 point
[pca] 12 [pnt] pica
[pnt_pr] 0.013837 [in_i] Printer's point
[pca_pr] 12 [pnt_pr] Printer's pica
[pied] 32.48 cm pied
[pouce] 1 [pied]/12 pouce
[ligne] 1 [pouce]/12 ligne
[didot] 1 [ligne]/6 didot
[cicero] 12 [didot] cicero
[degR] 5 K/9 degree Rankine
[Cal] 1 kcal_th nutrition label Calories
[Btu_39] 1.05967 kJ British thermal unit at 39 °F
[Btu_59] 1.05480 kJ British thermal unit at 59 °F
[Btu_60] 1.05468 kJ British thermal unit at 60 °F
[Btu_m] 1.05587 kJ mean British thermal unit
[Btu_IT] 1.05505585262 kJ international table British thermal unit
[Btu_th] 1.054350 kJ thermochemical British thermal unit
[Btu] 1 [Btu_th] British thermal unit
[HP] 550 [ft_i].[lbf_av]/s horsepower
[den] 1 g/9/km Denier
[in_i'H2O] 1 m[H2O].[in_i]/m inch of water column
[in_i'Hg] 1 m[Hg].[in_i]/m inch of mercury column
[PRU] 1 mm[Hg].s/ml peripheral vascular resistance unit
[wood'U] 1 mm[Hg].min/L Wood unit
[diop] 1 /m diopter
[mesh_i] 1 /[in_i] mesh
[Ch] 1 mm/3 Charrière
[drp] 1 ml/20 drop
[hnsf'U] 1 1 Hounsfield unit
[MET] 3.5 mL/min/kg metabolic equivalent
[S] 1 10*-13.s Svedberg unit
[HPF] 1 1 high power field
[LPF] 100 1 low power field
Ao 0.1 nm Ångström
b 100 fm2 barn
att 1 kgf/cm2 technical atmosphere
[psi] 1 [lbf_av]/[in_i]2 pound per square inch
circ 2 [pi].rad circle
sph 4 [pi].sr sphere
[car_m] 0.2 g metric carat
[car_Au] 1 /24 carat of gold alloys
[smoot] 67 [in_i] Smoot
[NTU] 1 1 Nephelometric Turbidity Unit
[FNU] 1 1 Formazin Nephelometric Unit
"""
"""Code, value, unit that the value is in, name. These take no prefixes."""

ARBITRARY_UNITS = """\
[hp_X] homeopathic potency of decimal hahnemannian series
[hp_C] homeopathic potency of centesimal hahnemannian series
[hp_M] homeopathic potency of millesimal hahnemannian series
[hp_Q] homeopathic potency of quintamillesimal hahnemannian series
[kp_X] homeopathic potency of decimal korsakovian series
[kp_C] homeopathic potency of centesimal korsakovian series
[kp_M] homeopathic potency of millesimal korsakovian series
[kp_Q] homeopathic potency of quintamillesimal korsakovian series
[iU] international unit
[arb'U] arbitrary unit
[USP'U] United States Pharmacopeia unit
[GPL'U] GPL unit
[MPL'U] MPL unit
[APL'U] APL unit
[beth'U] Bethesda unit
[anti'Xa'U] anti factor Xa unit
[todd'U] Todd unit
[dye'U] Dye unit
[smgy'U] Somogyi unit
[bdsk'U] Bodansky unit
[ka'U] King-Armstrong unit
[knk'U] Kunkel unit
[mclg'U] Mac Lagan unit
[tb'U] tuberculin unit
[CCID_50] 50% cell culture infectious dose
[TCID_50] 50% tissue culture infectious dose
[EID_50] 50% embryo infectious dose
[PFU] plaque forming units
[FFU] focus forming units
[CFU] colony forming units
[IR] index of reactivity
[BAU] bioequivalent allergen unit
[AU] allergen unit
[Amb'a'1'U] allergen unit for Ambrosia artemisiifolia
[PNU] protein nitrogen unit
[Lf] Limit of flocculation
[D'ag'U] D-antigen unit
[FEU] fibrinogen equivalent unit
[ELU] ELISA unit
[EU] Ehrlich unit
"""
"""Code and name. Each is defined by a procedure, so it converts to nothing but itself; only [iU] is metric."""
