"""Where in a record the elements stand that rules speak of: a tree, of which only the branches with rules are kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.validator.plan import Test


@dataclass(slots=True)
class Spot:
    """An element below a value. The sets hold ids of rules."""

    forms: tuple[tuple[str, bool], ...]
    """The JSON properties in which it may stand, and whether they hold primitives."""
    with_parent: list[str] = field(default_factory=list)
    """Rules that are asked wherever the parent stands."""
    with_value: list[str] = field(default_factory=list)
    """Rules that are asked where the element stands."""
    must_support: str = ""
    """The rule that asks of it to be filled."""
    slices: list[tuple[tuple[Test, ...], str]] = field(default_factory=list)
    """Rules that are asked where a value passes the tests."""
    below: list[Spot] = field(default_factory=list)

    @property
    def has_rules(self) -> bool:
        """Whether it or anything below it is asked anything."""
        return bool(self.with_parent or self.with_value or self.must_support or self.slices or self.below)
