"""JSON and XML, without loss."""
