"""``python -m zeebe_grpc`` is ``zeebe-grpc``."""

import sys

from zeebe_grpc.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
