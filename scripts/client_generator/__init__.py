"""Generates the parts of the client libraries that follow from the OpenAPI document of the partner surface."""
