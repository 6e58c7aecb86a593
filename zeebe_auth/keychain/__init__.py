"""The keychain of the operating system, with a time limit on every call."""
