"""Names of persons: surnames as frequent as they are in China, given names of the usual characters."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from plumbline.generate.weighted import weighted


class Name(NamedTuple):
    """A name, apart in surname and given name."""

    family: str
    given: str

    @property
    def text(self) -> str:
        return self.family + self.given


SURNAMES = (
    *(("王", 7.17), ("李", 7.00), ("张", 6.74), ("刘", 5.10), ("陈", 4.61), ("杨", 3.22), ("黄", 2.45), ("吴", 2.00)),
    *(("赵", 2.00), ("周", 1.90), ("徐", 1.45), ("孙", 1.38), ("马", 1.29), ("朱", 1.28), ("胡", 1.16), ("林", 1.13)),
    *(("郭", 1.13), ("何", 1.06), ("高", 1.00), ("罗", 0.95), ("郑", 0.93), ("梁", 0.85), ("谢", 0.76), ("宋", 0.70)),
    *(("唐", 0.69), ("许", 0.66), ("邓", 0.62), ("冯", 0.62), ("韩", 0.61), ("曹", 0.60), ("曾", 0.58), ("彭", 0.58)),
    *(("萧", 0.56), ("蔡", 0.53), ("潘", 0.52), ("田", 0.52), ("董", 0.51), ("袁", 0.50), ("于", 0.48), ("余", 0.48)),
    *(("叶", 0.48), ("蒋", 0.48), ("杜", 0.47), ("苏", 0.46), ("魏", 0.45), ("程", 0.45), ("吕", 0.45), ("丁", 0.43)),
    *(("沈", 0.41), ("任", 0.41), ("姚", 0.40), ("卢", 0.40), ("傅", 0.40), ("钟", 0.40), ("姜", 0.39), ("崔", 0.38)),
    *(("谭", 0.38), ("廖", 0.37), ("范", 0.36), ("汪", 0.36), ("陆", 0.36), ("金", 0.35), ("石", 0.34), ("戴", 0.34)),
    *(("贾", 0.33), ("韦", 0.32), ("夏", 0.32), ("邱", 0.32), ("方", 0.31), ("侯", 0.30), ("邹", 0.30), ("熊", 0.29)),
    *(("孟", 0.29), ("秦", 0.29), ("白", 0.28), ("江", 0.28), ("阎", 0.27), ("薛", 0.26), ("尹", 0.26), ("段", 0.24)),
    *(("雷", 0.24), ("黎", 0.22), ("史", 0.22), ("龙", 0.22), ("陶", 0.21), ("贺", 0.21), ("顾", 0.20), ("毛", 0.20)),
    *(
        ("郝", 0.20),
        ("龚", 0.20),
        ("邵", 0.20),
        ("万", 0.19),
        ("钱", 0.19),
        ("严", 0.19),
        ("欧阳", 0.07),
        ("司马", 0.01),
    ),
)
"""Surnames with the share of people, in percent, who have them: rounded, as counts of the population tell it."""
_SURNAMES = weighted(SURNAMES)
_OF_MEN = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆峰建国志文海林龙东旭晨阳博宁康成亮"
_OF_WOMEN = "芳娜敏静丽艳娟霞秀英玲桂兰婷雪琳慧莹洁倩颖红梅萍燕晶欣怡梦佳琪思雨子涵月蕾媛丹薇"
_TWO_CHARACTERS = 0.72
"""The share of given names that have two."""


def draw_name(rng: Random, *, is_male: bool) -> Name:
    """A name for a man or a woman."""
    characters = _OF_MEN if is_male else _OF_WOMEN
    first = characters[int(rng.random() * len(characters))]
    second = characters[int(rng.random() * len(characters))] if rng.random() < _TWO_CHARACTERS else ""
    return Name(_SURNAMES.draw(rng), first + second)
