"""Votes of a committee on what is frozen, counted in exact fractions."""
