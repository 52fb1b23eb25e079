"""What brings the parts of a case together: package drafts, what guards have to know, rounds of comment and votes."""
