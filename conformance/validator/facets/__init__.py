"""One facet of an ElementDefinition a file: what the generated code calls when a check is not trivial."""
