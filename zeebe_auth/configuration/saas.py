"""What the hosts of Camunda SaaS are called."""

from __future__ import annotations

DEFAULT_DOMAIN = "camunda.io"
DEFAULT_REGION = "bru-2"
_REST = r"https://([A-Za-z0-9-]+)\.([^/:@]+)(?::443)?/([A-Za-z0-9-]+)(?:/v2)?/?"


def login_host(domain: str = DEFAULT_DOMAIN) -> str:
    """The host of the token endpoint."""
    return f"login.cloud.{domain}"


def gateway_domain(domain: str = DEFAULT_DOMAIN) -> str:
    """What the hosts of gateways end with; it is also the audience of their tokens."""
    return f"zeebe.{domain}"


GATEWAY_DOMAIN = gateway_domain()


def cluster_of_rest_address(text: str, domain: str = DEFAULT_DOMAIN) -> tuple[str, str] | None:
    """The cluster id and the region in ``https://<region>.zeebe.camunda.io/<cluster id>``.

    None for an address that isn't in Camunda SaaS.
    """
    # Imported here: few give such an address.
    import re

    match = re.fullmatch(_REST, text.strip())
    if match is None or match[2].lower() != gateway_domain(domain):
        return None
    return match[3], match[1].lower()


def is_saas_host(host: str) -> bool:
    """Whether ``host`` is a gateway of Camunda SaaS, in any case and with or without a last dot.

    Args:
        host: A host name alone.
    """
    # A zone of an IPv6 address may look like a name.
    return ":" not in host and host.lower().removesuffix(".").endswith("." + GATEWAY_DOMAIN)
