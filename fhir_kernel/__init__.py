"""What every part of Plumbline needs and no policy: resources, codecs, packages, definitions, FHIRPath, stores."""
