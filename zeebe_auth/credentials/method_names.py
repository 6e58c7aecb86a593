"""What the methods of client authentication are called."""

from __future__ import annotations

from typing import Literal

SecretMethodName = Literal["client_secret_post", "client_secret_basic", "client_secret_jwt"]
TlsMethodName = Literal["tls_client_auth", "self_signed_tls_client_auth"]
MethodName = Literal[SecretMethodName, TlsMethodName, "private_key_jwt", "assertion_file", "none"]
"""What methods are called (OpenID Connect Core, 9; RFC 7591, 2; RFC 8705, 2).

``assertion_file`` is our word for ``private_key_jwt`` with an assertion that somebody else signs.
"""
