"""``python -m zeebe_auth`` is ``zeebe-auth``."""

import sys

from zeebe_auth.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
