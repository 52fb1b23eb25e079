"""`plumbline practice`: records held against the published standards on a vendor's own machine."""
