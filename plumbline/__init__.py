"""The front door: command line, wiring and web pages."""

__version__ = "0.1.0"
