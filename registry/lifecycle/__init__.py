"""The lifecycle: rules as data, guards as pure functions, and the one function that changes a state."""
