"""What the public says of a draft, what becomes of it, and the tables that offices exchange about it."""
