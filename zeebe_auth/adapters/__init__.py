"""What a channel or an HTTP client needs: any provider's tokens, and to read settings."""

from zeebe_auth.adapters.accepted_tokens import AcceptedTokens
from zeebe_auth.adapters.async_wait import wait_for_token
from zeebe_auth.adapters.repeat import AttemptEnded, Outcome, Step, attempts, next_step
from zeebe_auth.adapters.token_access import Answer, TokenAccess, access_to
from zeebe_auth.configuration.addresses import (
    Address,
    cluster_address,
    parse_address,
    shown_address,
)
from zeebe_auth.configuration.sizes import parse_size
from zeebe_auth.credentials.authorities import read_authorities
from zeebe_auth.credentials.trust import InlineAuthorities, TrustStore
from zeebe_auth.exposure import remember_caller, warn_at_caller
from zeebe_auth.files.small_files import read_small_file
from zeebe_auth.http_proxy import Proxy, named_proxy
from zeebe_auth.jwt_claims import unverified_claims
from zeebe_auth.loopback import is_loopback_address, is_loopback_name

__all__ = [
    "AcceptedTokens",
    "Address",
    "Answer",
    "AttemptEnded",
    "InlineAuthorities",
    "Outcome",
    "Proxy",
    "Step",
    "TokenAccess",
    "TrustStore",
    "access_to",
    "attempts",
    "cluster_address",
    "is_loopback_address",
    "is_loopback_name",
    "named_proxy",
    "next_step",
    "parse_address",
    "parse_size",
    "read_authorities",
    "read_small_file",
    "remember_caller",
    "shown_address",
    "unverified_claims",
    "wait_for_token",
    "warn_at_caller",
]
