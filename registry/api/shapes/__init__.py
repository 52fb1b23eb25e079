"""What is taken and given as JSON."""
