"""Publication: the number, the announcement, the signed package, the rules that records are held to, and their end."""
