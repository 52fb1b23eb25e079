"""What the registry speaks of: standards, editions, projects and what belongs to them, as frozen values."""
