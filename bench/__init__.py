"""`python -m bench`: each number that OTNet promises, as a ratio against a peer measured in the same run."""
