"""The third act of the demo: the sample standard goes through every stage, over HTTP, and decides what is accepted."""
