from __future__ import annotations

import re

import pytest

from plumbline.demo.words import WORDS, word


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_say_the_same_things(key):
    english, chinese = WORDS[key]
    assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese))
    assert re.search("[\u4e00-\u9fff]", chinese)


def test_values_are_filled_in():
    assert word("took", "en", seconds=31) == "It took 31 seconds."
