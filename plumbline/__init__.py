"""The front door: command line, wiring and web pages."""

__version__ = "0.1.0"
RELEASED = "2026-11-25"
"""The date of this version."""
