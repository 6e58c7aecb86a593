"""Authorization servers that others wrote, and the clients that are registered at each of them."""
