"""What can be asked below /api: one table of routes for each subject."""
