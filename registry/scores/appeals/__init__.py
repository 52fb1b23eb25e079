"""Appeals against scores, the errata that come of them, and orders to mend what a rule found."""
