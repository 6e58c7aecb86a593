"""What a channel or an HTTP client needs of any credentials provider."""

from zeebe_auth.adapters.token_access import Answer, TokenAccess

__all__ = ["Answer", "TokenAccess"]
