"""The `plumbline` command, one file a group of commands; each command imports what it needs when it runs."""
