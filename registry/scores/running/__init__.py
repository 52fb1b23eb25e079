"""Scores of a period: taken for everybody, kept with all they were made of, told, compared and replayed."""
