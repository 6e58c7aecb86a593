"""Who a client is: its id, how it authenticates, and for what it asks tokens."""
