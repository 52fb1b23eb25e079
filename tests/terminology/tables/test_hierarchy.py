"""A hierarchy answers as a walk along the parents does."""

from hypothesis import given
from hypothesis import strategies as st

from terminology.tables.hierarchy import Hierarchy
from terminology.tables.hierarchy_build import BuiltHierarchy, build_hierarchy

Parents = list[list[int]]


@st.composite
def polyhierarchies(draw: st.DrawFn) -> Parents:
    size = draw(st.integers(1, 14))
    return draw(st.lists(st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size))


@st.composite
def ordered_polyhierarchies(draw: st.DrawFn) -> Parents:
    size = draw(st.integers(1, 25))
    return [
        [draw(st.integers(0, row - 1)) for _ in range(draw(st.integers(0, 3)))] if row else [] for row in range(size)
    ]


def walk(parents: Parents, row: int) -> set[int]:
    """All that is above a row."""
    found: set[int] = set()
    waiting = list(parents[row])
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(parents[each])
    return found


def kept(parents: Parents, built: BuiltHierarchy) -> Parents:
    return [[p for p in dict.fromkeys(above) if (row, p) not in built.dropped] for row, above in enumerate(parents)]


def check(parents: Parents) -> None:
    built = build_hierarchy(parents)
    hierarchy, order = built.hierarchy, list(built.order)
    place = {row: position for position, row in enumerate(order)}
    parents = kept(parents, built)
    above = {place[row]: {place[each] for each in walk(parents, row)} for row in place}
    everything = range(len(order))
    assert sorted(order) == list(everything)
    for one in everything:
        assert one not in above[one]
        assert [hierarchy.subsumes(each, one) for each in everything] == [
            each == one or each in above[one] for each in everything
        ]
        assert set(hierarchy.ancestors(one)) == above[one]
        below = {each for each in everything if one in above[each]}
        assert set(hierarchy.descendants(one)) == below
        assert hierarchy.is_leaf(one) == (not below)
        assert hierarchy.parents(one) == [place[each] for each in parents[order[one]]]
        assert hierarchy.children(one) == sorted(place[row] for row in place if order[one] in parents[row])
    assert hierarchy.roots() == [each for each in everything if not above[each]]
    assert len(hierarchy) == len(order)


@given(polyhierarchies())
def test_it_answers_as_a_walk_does_whatever_the_parents(parents: Parents) -> None:
    check(parents)


@given(ordered_polyhierarchies())
def test_it_answers_as_a_walk_does_where_parents_stand_before_children(parents: Parents) -> None:
    assert build_hierarchy(parents).dropped == ()
    check(parents)


@given(polyhierarchies())
def test_only_a_parent_that_closes_a_cycle_is_dropped(parents: Parents) -> None:
    built = build_hierarchy(parents)
    for row, parent in built.dropped:
        assert parent in parents[row]
        assert parent == row or row in walk(kept(parents, built), parent)


def test_siblings_keep_the_order_of_the_rows_and_follow_their_parent() -> None:
    built = build_hierarchy([[3], [], [3], [1], [1]])
    assert list(built.order) == [1, 3, 0, 2, 4]


def test_the_edge_that_closes_a_cycle_is_told() -> None:
    built = build_hierarchy([[1], [2], [0], [3]])
    assert built.dropped == ((2, 0), (3, 3))
    assert list(built.order) == [2, 1, 0, 3]


def test_the_next_parent_takes_the_place_of_a_dropped_one() -> None:
    built = build_hierarchy([[1], [0, 2], []])
    assert built.dropped == ((1, 0),)
    assert built.hierarchy.parents(list(built.order).index(1)) == [list(built.order).index(2)]


def test_a_chain_of_any_depth_is_no_recursion() -> None:
    size = 5000
    built = build_hierarchy([[row + 1] for row in range(size - 1)] + [[]])
    assert built.hierarchy.subsumes(0, size - 1)
    assert len(built.hierarchy.descendants(0)) == size - 1


def test_a_flat_one_has_roots_alone() -> None:
    flat = Hierarchy.flat(3)
    assert flat.roots() == [0, 1, 2]
    assert [flat.is_leaf(each) for each in range(3)] == [True] * 3
    assert [flat.subsumes(0, each) for each in range(3)] == [True, False, False]
    assert not flat.descendants(1)
    assert not flat.ancestors(1)
    assert flat.parents(1) == flat.children(1) == []


def test_an_empty_one_has_nothing() -> None:
    built = build_hierarchy([])
    assert built.hierarchy.roots() == []
    assert len(built.hierarchy) == 0
