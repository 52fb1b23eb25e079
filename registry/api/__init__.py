"""The JSON API of the registry: declared routes, and desks that answer them by calling the domain."""
