"""How a request is signed and an answer classified."""
