"""The package registry: a shelf of immutable archives, and the API by which FHIR's tools install from it.

naming      what packages and versions are called; which versions are pre-releases
release     one version of a package, as it is kept and found
opening     an archive → what it says of itself, its digests and its artefacts
contents    the definitions in an archive
shelf       placing a version for good; finding versions and artefacts
mirror      the core packages that this machine holds
listing     the JSON of a package and of a version
catalogue   finding packages
feed        what was published, as RSS
history     package-list.json
addresses   at which address a request came in
answers     conditional answers and streamed archives
routes      the routes of all that
"""
