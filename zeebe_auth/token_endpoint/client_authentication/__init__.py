"""How a token request proves who the client is."""
