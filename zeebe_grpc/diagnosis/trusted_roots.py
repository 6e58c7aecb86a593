"""The certificate authorities that gRPC trusts where no file is named."""

from __future__ import annotations

import os
import pkgutil

from zeebe_auth import ConfigurationError
from zeebe_grpc.connection.roots import ROOTS_VARIABLE, roots_of_environment


def trusted_roots() -> tuple[bytes, str]:
    """The PEM that gRPC verifies servers with by default, and where it comes from.

    gRPC takes the file that GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names, else the list that is part of
    the grpcio package, also where that file is missing.

    Raises:
        ConfigurationError: The file is there and can't be used, or the package has no list.
    """
    named = os.environ.get(ROOTS_VARIABLE)
    roots = roots_of_environment()
    if roots is not None:
        return roots, str(named)
    bundled = pkgutil.get_data("grpc", "_cython/_credentials/roots.pem")
    if bundled is None:
        raise ConfigurationError(
            "The grpcio package holds no certificate authorities. Install it anew, or name a file "
            f"of them in {ROOTS_VARIABLE}."
        )
    missing = f" (since {ROOTS_VARIABLE} names {named}, which is missing)" if named else ""
    return bundled, f"grpcio's own list{missing}"
