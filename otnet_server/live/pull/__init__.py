"""Live streams that the server fetches from elsewhere."""
