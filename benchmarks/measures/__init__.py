"""One module for each question; each runs in a process of its own and prints its result."""
