from __future__ import annotations

from random import Random

from plumbline.generate.names import SURNAMES, draw_name
from plumbline.generate.weighted import weighted


def test_things_come_up_as_often_as_their_weights_say():
    choice, rng = weighted((("seldom", 1), ("often", 9))), Random(1)
    drawn = [choice.draw(rng) for _ in range(10_000)]
    assert 800 < drawn.count("seldom") < 1_200


def test_the_last_of_them_comes_up_too():
    class Highest(Random):
        def random(self) -> float:
            return 1 - 2**-53

    assert weighted((("a", 0.1), ("b", 0.2), ("c", 0.3))).draw(Highest()) == "c"


def test_surnames_come_up_in_the_order_of_their_frequency():
    rng = Random(1)
    families = [draw_name(rng, is_male=True).family for _ in range(5_000)]
    assert families.count("王") > families.count("赵") > families.count("龚")
    assert set(families) <= {surname for surname, _ in SURNAMES}
