"""One attempt at an access token: the request, its sending, and what the reply means.

Repeating it, sharing its result and waiting are the provider's business. authlib prepares and
signs the request, parses replies and discovery; sending, time and size are decided here.
"""

from zeebe_auth.token_endpoint.endpoint import TokenEndpoint
from zeebe_auth.token_endpoint.http.transport import TokenTransport

__all__ = ["TokenEndpoint", "TokenTransport"]
