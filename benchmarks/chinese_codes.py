"""A made-up code system of Chinese terms for measurements, the same for the same seed: write_code_system.

python -m benchmarks.chinese_codes FILE [CONCEPTS [SEED]]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from terminology.importers.pinyin import read_initials

URL = "https://plumbline.dev/fhir/benchmark/CodeSystem/chinese-codes"
VERSION = "1"
HEADINGS = "编码,名称,上级编码,拼音首字母,类别"
LARGE_BRANCH = "C01"
"""The code of the concept below which stand three of ten concepts."""
LARGE_SHARE, SECOND_PARENT_SHARE = 0.3, 0.2
MAPPING = f"""\
url = "{URL}"
version = "{VERSION}"
name = "ChineseCodes"
language = "zh-CN"

[columns]
code = "编码"
display = "名称"
parent = "上级编码"

[[designations]]
column = "拼音首字母"
language = "zh-Latn-pinyin"

[[properties]]
column = "类别"
code = "category"
type = "code"
"""
_ROOT, _CHAPTERS, _BLOCK = "C", 20, 4096
_DEGREES = "轻度 中度 重度 急性 慢性 亚急性 复发性 进行性 陈旧性 先天性 继发性 特发性"
_SIDES = "左侧 右侧 双侧 上段 中段 下段 近端 远端 前壁 后壁 表浅 深部"
_CAUSES = """
    病毒性 细菌性 真菌性 结核性 外伤性 药物性 缺血性 出血性 糖尿病性 高血压性 过敏性 放射性 中毒性 代谢性
    自身免疫性 风湿性
"""
_SITES = """
    肺 肝 肾 脾 心 胃 脑 眼 耳 鼻 咽 喉 骨 血管 皮肤 甲状腺 胰腺 胆囊 膀胱 前列腺 子宫 卵巢 乳腺 食管 结肠 直肠 十二指肠
    支气管 气管 胸膜 腹膜 心包 冠状动脉 主动脉 颈动脉 股骨 胫骨 肱骨 腰椎 颈椎 膝关节 髋关节 肩关节 淋巴结 视网膜 角膜
    中耳 扁桃体 垂体 肾上腺 脊髓 脑膜 小脑 坐骨神经 三叉神经
"""
_LESIONS = """
    炎 癌 瘤 结石 囊肿 溃疡 出血 梗死 栓塞 狭窄 破裂 脱垂 骨折 脱位 增生 萎缩 硬化 水肿 感染 脓肿 息肉 穿孔 坏死 纤维化
    功能不全 衰竭 畸形 瘘 结核 肿物
"""
_ENDS = "伴感染 伴出血 术后 待查 恢复期 后遗症 伴梗阻 家族史"
_CATEGORIES = ("疾病", "症状", "手术", "检查", "检验", "药品", "器械", "护理")
_WORDS = (_DEGREES, _SIDES, _CAUSES, _SITES, _LESIONS, _ENDS)
_PATTERNS = (("SL", 40), ("DSL", 20), ("CSL", 15), ("PSL", 12), ("PDSL", 5), ("SLE", 5), ("DCSL", 3))
"""Which words follow one another, and how often: degree, place, cause, site, lesion, ending."""
_LETTERS = "DPCSLE"


class _Word(NamedTuple):
    text: str
    initials: str


def write_code_system(path: Path, concepts: int, seed: int) -> None:
    """Write a polyhierarchy of `concepts` codes as CSV: code, display, parents separated by `|`, initials, category.

    One of five concepts has two parents; parents stand before their children. Raises OSError.
    """
    rng = Random(seed)
    lines = _lines(concepts, rng)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADINGS + "\n")
        while block := list(islice(lines, _BLOCK)):
            file.writelines(block)


def _lines(concepts: int, rng: Random) -> Iterator[str]:
    """The root, the chapters, and then concepts each in a chapter, the first of which is the large one."""
    term = _terms(rng)
    yield f"{_ROOT},全部,,qb,{_CATEGORIES[0]}\n"
    chapters = [[f"{_ROOT}{n:02}"] for n in range(1, _CHAPTERS + 1)]
    for n, (code,) in enumerate(chapters):
        text, initials = term()
        yield f"{code},{text},{_ROOT},{initials},{_CATEGORIES[n % len(_CATEGORIES)]}\n"
    others = chapters[1:]
    for n in range(concepts - _CHAPTERS - 1):
        is_large = rng.random() < LARGE_SHARE
        chapter = chapters[0] if is_large else others[int(rng.random() * len(others))]
        code = f"{chapter[0]}{n:07}"
        parents = _parent(chapter, rng)
        if rng.random() < SECOND_PARENT_SHARE:
            # Only concepts of the large branch have parents in two: its size stays what it is.
            second = _parent(others[int(rng.random() * len(others))] if is_large else chapter, rng)
            parents = parents if second == parents else f"{parents}|{second}"
        chapter.append(code)
        text, initials = term()
        yield f"{code},{text},{parents},{initials},{_CATEGORIES[int(rng.random() * len(_CATEGORIES))]}\n"


def _parent(chapter: Sequence[str], rng: Random) -> str:
    """One of the first eighth, so that branches are some seven levels deep and most concepts are leaves."""
    return chapter[int(rng.random() * ((len(chapter) + 7) // 8))]


def _terms(rng: Random) -> Callable[[], _Word]:
    """Makes terms of two to twelve characters with their initials."""
    read = read_initials()
    words = {
        letter: tuple(_Word(text, read(text)) for text in each.split())
        for letter, each in zip(_LETTERS, _WORDS, strict=True)
    }
    patterns = [tuple(words[letter] for letter in pattern) for pattern, times in _PATTERNS for _ in range(times)]

    def term() -> _Word:
        while True:
            parts = [each[int(rng.random() * len(each))] for each in patterns[int(rng.random() * len(patterns))]]
            text = "".join([part.text for part in parts])
            if 2 <= len(text) <= 12:
                return _Word(text, "".join([part.initials for part in parts]))

    return term


def main(words: Sequence[str]) -> None:
    """Write the file that is named, one that is gone afterwards if none is, and tell how long it took."""
    concepts, seed = (int(word) for word in [*words[1:], *("1000000", "1")[len(words[1:]) :]])
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        path = Path(words[0] if words else folder + "/codes.csv")
        began = time.perf_counter()
        write_code_system(path, concepts, seed)
        seconds = time.perf_counter() - began
        print(f"write {concepts:,} concepts: {seconds:.1f} s, {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
