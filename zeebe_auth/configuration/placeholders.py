"""What a template left in a value: a placeholder that nothing replaced."""

from __future__ import annotations

import re

# Compose and shells, Kubernetes, Windows, Helm and Jinja, and what pages of examples have.
_PLACEHOLDER = re.compile(
    r"\$\{(?P<name>[A-Za-z_]\w*)(?:[:?+-][^{}]*)?\}|\$\((?P<name2>[A-Za-z_]\w*)\)"
    r"|\$(?P<name3>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)|%(?P<name4>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)%"
    r"|\{\{[^{}]*\}\}|<your[ _-][a-z _-]+>",
    re.ASCII,
)


def on_placeholder(text: str, *, is_secret: bool) -> str | None:
    """What to say of a value that is a placeholder as a whole, the end of a sentence and another.

    Args:
        text: The value.
        is_secret: Whether a profile may refer to it instead of holding it.

    Returns:
        None if it is none.
    """
    if "$" not in text and "%" not in text and "{{" not in text and "<" not in text:
        return None
    match = _PLACEHOLDER.fullmatch(text.strip())
    if match is None:
        return None
    advice = "Let what writes it put the value there"
    if is_secret:
        name = next((found for found in match.groups() if found), "NAME")
        advice += f', or in a config file refer to the variable with {{ env = "{name}" }}'
    return f"looks like a placeholder that nothing replaced. {advice}."
