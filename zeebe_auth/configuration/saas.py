"""What the hosts of Camunda SaaS are called."""

from __future__ import annotations

__all__ = ["DEFAULT_REGION", "GATEWAY_DOMAIN", "LOGIN_HOST", "is_saas_host"]

LOGIN_HOST = "login.cloud.camunda.io"
GATEWAY_DOMAIN = "zeebe.camunda.io"
DEFAULT_REGION = "bru-2"


def is_saas_host(host: str) -> bool:
    """Whether ``host`` is a gateway of Camunda SaaS, in any case and with or without a last dot.

    Args:
        host: A host name alone.
    """
    # A zone of an IPv6 address may look like a name.
    return ":" not in host and host.lower().removesuffix(".").endswith("." + GATEWAY_DOMAIN)
