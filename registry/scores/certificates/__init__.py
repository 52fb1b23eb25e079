"""Certificates of products: what a product scored in one snapshot, signed, so that everybody can check it."""
