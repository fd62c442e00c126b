"""HTTP: the connection to an endpoint, and what is read from its responses."""
