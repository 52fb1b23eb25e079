"""Code systems as their publishers hand them out, turned into concept rows for the index files."""
