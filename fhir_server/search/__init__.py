"""Search: what resources are found by, what a query asks for, and what a page brings along."""
