"""Tallies counted up as evidence comes, equal to those of all sightings at once: see conformance.scoring.tallying."""
