"""The part of the story in which institutions are scored, contest their scores and raise them."""
