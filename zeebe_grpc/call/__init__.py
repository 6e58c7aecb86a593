"""What calls of sync and asyncio channels share."""
