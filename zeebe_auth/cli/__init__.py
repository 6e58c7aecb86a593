"""The command line ``zeebe-auth``."""
