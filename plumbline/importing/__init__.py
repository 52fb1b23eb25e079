"""`plumbline import`: bulk data into the store, on the same way as everything else that is written.

https://hl7.org/fhir/R4/nd-json.html
"""
