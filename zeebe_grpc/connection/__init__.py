"""Where a channel connects to, and over which transport."""
