"""How the JSON routes of the registry are declared, described, checked and answered."""
