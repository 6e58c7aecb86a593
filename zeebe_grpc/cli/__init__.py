"""The command line ``zeebe-grpc``."""
