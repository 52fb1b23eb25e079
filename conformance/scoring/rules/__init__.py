"""What a profile asks, taken apart into single rules, and what came of each of them for one record."""
