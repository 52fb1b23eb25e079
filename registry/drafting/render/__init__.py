"""Drafts and what was found about them, as tables and pages for readers."""
