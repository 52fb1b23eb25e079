"""What the registry keeps in the store: standards, editions, projects and their events, each a small document."""
