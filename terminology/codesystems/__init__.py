"""Kinds of code systems, one file each, behind the protocol of `terminology.codesystems.system`."""
