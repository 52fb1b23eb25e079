"""Charts as SVG within a page, a file each: the same numbers give the same bytes."""
