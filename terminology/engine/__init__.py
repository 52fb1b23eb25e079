"""What all terminology operations stand on: which resource is meant, what it selects, what its concepts are called."""
