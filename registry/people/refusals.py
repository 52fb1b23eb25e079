"""Refusals that have to do with who asks, and how often."""

from __future__ import annotations

from registry.refusal import Refused
from registry.sentence import Sentence


class NotLoggedIn(Refused):
    """Whoever asks has not said who they are, or not so that it can be believed."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__("forbidden", (sentence,))


class TooOften(Refused):
    """It was asked too often; `seconds` later it may be asked again."""

    def __init__(self, sentence: Sentence, seconds: int) -> None:
        super().__init__("too-often", (sentence,))
        self.seconds = seconds
