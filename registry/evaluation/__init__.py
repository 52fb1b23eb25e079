"""Evaluation: when a standard is to be reviewed, what speaks for it, and how it fares where it is used."""
