"""Does a resource conform, and to what must it conform."""
