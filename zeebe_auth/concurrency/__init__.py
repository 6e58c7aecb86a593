"""Threads, timer, shared flights and forks: the drivers around decisions."""
