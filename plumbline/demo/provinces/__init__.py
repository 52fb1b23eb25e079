"""Three provinces whose institutions send records for two months: made up by a seed, the same each time."""
