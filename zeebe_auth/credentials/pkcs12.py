"""PKCS#12 files (RFC 7292): which of the keys is meant, and the certificates that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from zeebe_auth.credentials.ber import octets, parts
from zeebe_auth.credentials.key_pair import is_pair
from zeebe_auth.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.hazmat.primitives.serialization.pkcs12 import (
        PKCS12Certificate,
        PKCS12KeyAndCertificates,
    )
    from cryptography.x509 import Certificate

    KeyWithCertificates = tuple[PrivateKeyTypes | None, tuple[Certificate, ...]]

# Object identifiers: data (RFC 2315, 14); keyBag, pkcs8ShroudedKeyBag and safeContentsBag (RFC
# 7292, 4.2). Keys are encrypted one by one, so that what is around them can be read without the
# password.
_DATA = bytes.fromhex("2a864886f70d010701")
_KEY_BAGS = (bytes.fromhex("2a864886f70d010c0a0101"), bytes.fromhex("2a864886f70d010c0a0102"))
_BAG_OF_BAGS = bytes.fromhex("2a864886f70d010c0a0106")
_MAX_SHOWN = 20


def open_pkcs12(
    content: bytes, password: bytes | None, alias: str | None, *, named: str, alias_field: str
) -> KeyWithCertificates:
    """Return a key and its certificates: its own first, then the others.

    Aliases are compared without case. A key without one is called by its number among the keys
    without one, from 1. Java does both. The alias of a key's certificate counts as the key's, too:
    Windows shows that one.

    Whoever calls it is `without_frames`: those in here hold the key.

    Args:
        content: The file.
        password: Its password; None for a file without one.
        alias: Which key is meant; None if there is but one.
        named: What is looked for, for the errors, such as ``The private key in client.p12``.
        alias_field: How the alias is called in a profile.

    Returns:
        The key, None if there is none; and the certificates, empty if there are none.

    Raises:
        ValueError: It is no PKCS#12 file, or the password is wrong or missing.
        UnsupportedAlgorithm: It is encrypted in a way that cryptography doesn't know.
        ConfigurationError: There are several keys and no alias, or not one key with that alias;
            or asn1crypto, which is needed to tell, is not installed.
    """
    # cryptography gives the first key alone. It also checks the password for all of them.
    first = _load(content, password)
    if first.key is None:
        return None, tuple(each.certificate for each in first.additional_certs)
    names = _names_of_certificate(first)
    number = _number_of_keys(content)
    is_alone = number is not None and number <= 1
    if is_alone and (alias is None or _is_among(alias, names)):
        return _with_own_certificate_first(first)
    try:
        keys = _Keys(content, password)
    except ImportError:
        what = "compared with the alias" if is_alone else "told from others in the PKCS#12 file"
        otherwise = (
            f"leave the alias out, since the file has no other key ({alias_field})"
            if is_alone
            else "export that key alone into a file"
        )
        raise ConfigurationError(
            f"{named} can't be {what} without the package asn1crypto, which reads aliases. Run: "
            f"pip install 'zeebe-credentials[keystore]', or {otherwise}."
        ) from None
    if number is not None and len(keys.aliases) < number:
        raise ConfigurationError(
            f"{named} is one of {number} in the PKCS#12 file, of which some are in a bag inside "
            "another, where no alias is read. Export that key alone into a file."
        )
    # There are none where they are in a part that is encrypted as a whole, as no tool known does.
    if alias is None and len(keys.aliases) <= 1:
        return _with_own_certificate_first(first)
    fitting = keys.called(alias, first) if alias is not None else []
    if len(fitting) != 1:
        raise ConfigurationError(
            f"{named} {_why_unclear(alias, fitting, keys.aliases or names)} ({alias_field})."
        )
    key, certificates = _with_own_certificate_first(keys.alone(fitting[0]))
    return key, certificates if len(keys.aliases) == 1 else _chain(certificates)


def _load(content: bytes, password: bytes | None) -> PKCS12KeyAndCertificates:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
    from cryptography.x509 import InvalidVersion

    try:
        return load_pkcs12(content, password)
    except InvalidVersion as error:  # which is no ValueError
        raise ValueError from error


def _number_of_keys(content: bytes) -> int | None:
    """How many there are, as far as it is told without the password; None if it can't be read."""
    try:
        _, pfx = parts(content)[0]
        _, auth_safe = parts(pfx)[1]
        return sum(map(_number_of_key_bags, map(_inside, _each(_inside(auth_safe)))))
    except (IndexError, ValueError, RecursionError):
        return None


def _inside(content_info: bytes) -> bytes:
    """What is in it; empty if it is not told without the password."""
    (_, kind), (_, content) = parts(content_info)[:2]
    return octets(*parts(content)[0]) if kind == _DATA else b""


def _each(sequence: bytes) -> list[bytes]:
    """What is in each element of a sequence; of none if there is no sequence."""
    return [inside for _, elements in parts(sequence) for _, inside in parts(elements)]


def _number_of_key_bags(safe_contents: bytes) -> int:
    number = 0
    for bag in _each(safe_contents):
        (_, kind), (_, value) = parts(bag)[:2]
        # The bag of a secret key of Java's says that of a private one inside.
        number += kind in _KEY_BAGS
        if kind == _BAG_OF_BAGS:
            number += _number_of_key_bags(value)
    return number


class _Keys:
    """The keys of a file, each with its alias.

    Raises:
        ImportError: asn1crypto isn't installed.
    """

    def __init__(self, content: bytes, password: bytes | None) -> None:
        from asn1crypto import pkcs12

        self._password = password
        self._parts = list(pkcs12.Pfx.load(content).authenticated_safe)
        unnamed = count(1)
        self.aliases = [
            _alias_of(bag) or str(next(unnamed))
            for part in self._parts
            for bag in _bags(part)
            if _is_key(bag)
        ]

    def called(self, alias: str, whole: PKCS12KeyAndCertificates) -> list[int]:
        """The numbers of those that are called so, themselves or by their certificate."""
        numbers = range(len(self.aliases))
        fitting = [number for number in numbers if _is_among(alias, [self.aliases[number]])]
        # To know a key's certificate, it is decrypted, which takes its time.
        if fitting or not _is_among(alias, map(_name, _certificates(whole))):
            return fitting
        alone = map(self.alone, numbers)
        return [
            number
            for number, key in zip(numbers, alone, strict=True)
            if _is_among(alias, _names_of_certificate(key))
        ]

    def alone(self, number: int) -> PKCS12KeyAndCertificates:
        """What cryptography reads if the file has no other key."""
        from asn1crypto import pkcs12

        numbers = count()
        parts = []
        for part in self._parts:
            bags = _bags(part)
            kept = [bag for bag in bags if not _is_key(bag) or next(numbers) == number]
            parts.append(part if kept == bags else _data(pkcs12.SafeContents(kept)))
        # Without the checksum, which is that of all keys, and which was right.
        pfx = {"version": "v3", "auth_safe": _data(pkcs12.AuthenticatedSafe(parts))}
        return _load(pkcs12.Pfx(pfx).dump(), self._password)


def _bags(part: Any) -> list[Any]:
    from asn1crypto import pkcs12

    if part["content_type"].native != "data":
        return []
    return list(pkcs12.SafeContents.load(part["content"].native))


def _is_key(bag: Any) -> bool:
    return bag["bag_id"].native in {"key_bag", "pkcs8_shrouded_key_bag"}


def _alias_of(bag: Any) -> str | None:
    for attribute in bag["bag_attributes"]:
        if attribute["type"].native == "friendly_name":
            return "".join(attribute["values"].native)
    return None


def _data(content: Any) -> Any:
    from asn1crypto import cms

    return cms.ContentInfo({"content_type": "data", "content": content.dump()})


def _certificates(loaded: PKCS12KeyAndCertificates) -> list[PKCS12Certificate]:
    return [*([loaded.cert] if loaded.cert else []), *loaded.additional_certs]


def _name(certificate: PKCS12Certificate) -> str:
    return (certificate.friendly_name or b"").decode("utf-8", "replace")


def _own_certificate(loaded: PKCS12KeyAndCertificates) -> PKCS12Certificate | None:
    assert loaded.key is not None  # nobody asks for a file without one
    for each in _certificates(loaded):
        if is_pair(each.certificate, loaded.key):
            return each
    return None


def _names_of_certificate(loaded: PKCS12KeyAndCertificates) -> list[str]:
    own = _own_certificate(loaded)
    return [name] if own is not None and (name := _name(own)) else []


def _with_own_certificate_first(loaded: PKCS12KeyAndCertificates) -> KeyWithCertificates:
    own = _own_certificate(loaded)
    others = [each.certificate for each in _certificates(loaded) if each is not own]
    return loaded.key, (*([own.certificate] if own else []), *others)


def _chain(certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """The first and those that issued each other, without the certificates of other keys."""
    chain, others = list(certificates[:1]), list(certificates[1:])
    while chain:
        issuer = next((each for each in others if each.subject == chain[-1].issuer), None)
        if issuer is None:
            break
        others.remove(issuer)
        chain.append(issuer)
    return tuple(chain)


def _why_unclear(alias: str | None, fitting: list[int], aliases: Sequence[str]) -> str:
    listed = ", ".join(map(repr, aliases[:_MAX_SHOWN]))
    if len(aliases) > _MAX_SHOWN:
        listed += f" and {len(aliases) - _MAX_SHOWN} more"
    if alias is None:
        return f"is one of {len(aliases)} in the PKCS#12 file: {listed}. Choose one by its alias"
    if fitting:
        return f"is one of {len(fitting)} in the PKCS#12 file with the alias {alias!r}. Rename one"
    found = f"the file has {listed}" if aliases else "its key has none"
    return f"is not in the PKCS#12 file with the alias {alias!r}: {found}. Correct the alias"


def _is_among(alias: str, names: Sequence[str] | map[str]) -> bool:
    return alias.casefold() in {name.casefold() for name in names}
