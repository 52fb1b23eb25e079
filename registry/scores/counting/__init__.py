"""Tallies in the store: counted up from the log of evidence, read for scores, counted anew from what is kept."""
