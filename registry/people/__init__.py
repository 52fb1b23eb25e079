"""The people who work on standards: how they get in, and what they may do where."""
