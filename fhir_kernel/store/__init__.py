"""Where resources are kept: one protocol, two stores, the same answers."""
