"""A client authentication method has the same name everywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from zeebe_auth.clock import SYSTEM_CLOCK
from zeebe_auth.configuration.client_authentication import (
    METHOD_BY_FIELD,
    METHODS,
    authentication_method,
    texts_of_authentication,
)
from zeebe_auth.configuration.given import GivenFields
from zeebe_auth.configuration.vocabulary import (
    ENVIRONMENT_NAMES,
    FIELDS,
    LOGIN_QUESTIONS,
    SECRET_FIELDS,
)
from zeebe_auth.credentials.authentication import (
    AssertionFile,
    ClientCertificate,
    ClientSecret,
    PrivateKey,
    Public,
)
from zeebe_auth.credentials.client_credentials import ClientCredentials
from zeebe_auth.credentials.method_names import MethodName
from zeebe_auth.errors import ConfigurationError
from zeebe_auth.secret import Secret
from zeebe_auth.token_endpoint.client_authentication import methods as on_the_wire
from zeebe_auth.token_endpoint.discovery import TokenAddress
from zeebe_auth.token_endpoint.http.url import EndpointUrl
from zeebe_auth.token_endpoint.request import token_request

URL = "https://login.example/token"
AUTHENTICATIONS = [
    ClientSecret(Secret("s")),
    ClientSecret(Secret("s"), "client_secret_basic"),
    ClientSecret(Secret("s"), "client_secret_jwt"),
    PrivateKey(Path("/key.pem")),
    AssertionFile(Path("/jwt")),
    ClientCertificate(Path("/cert.pem"), None, "0" * 64),
    ClientCertificate(Path("/cert.pem"), None, "0" * 64, "self_signed_tls_client_auth"),
    Public(),
]


def given(*fields, **texts):
    """Fields whose values don't matter, and some whose values do."""
    return GivenFields("place", dict.fromkeys(fields, "x") | texts)


def test_fields_requests_and_values_have_the_same_methods():
    """Profiles, requests and values use one list of names."""
    names = set(get_args(MethodName))
    assert set(METHODS) == set(on_the_wire.METHODS) == names
    assert {authentication.method for authentication in AUTHENTICATIONS} == names


@pytest.mark.parametrize("authentication", AUTHENTICATIONS, ids=lambda each: each.method)
def test_a_method_writes_what_it_reads(authentication):
    """The fields that an authentication is written to select its method again."""
    texts = {name: text for name, text in texts_of_authentication(authentication).items() if text}
    assert texts["authentication_method"] == authentication.method
    assert set(texts) <= set(FIELDS)
    _, method = authentication_method(GivenFields("place", texts))
    assert method is METHODS[authentication.method]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda each: each.name)
def test_the_fields_of_a_method_are_in_the_vocabulary(method):
    """What authenticates the client is a field; what ``login`` prompts for is a secret one."""
    assert set(method.fields) | set(method.other_fields) <= set(FIELDS)
    assert set(method.other_fields) <= set(METHOD_BY_FIELD)
    if method.secret is not None:
        assert method.secret in SECRET_FIELDS
        assert method.secret in LOGIN_QUESTIONS


@pytest.mark.parametrize("method", on_the_wire.METHODS.values(), ids=lambda each: each.name)
def test_advice_names_variables_that_are_read(method):
    """The variables to check are the first names of the client's id and of the method's field."""
    fields = ["client_id", *METHODS[method.name].fields]
    first = [ENVIRONMENT_NAMES[field][0] for field in fields]
    named = re.findall(r"CAMUNDA_[A-Z_]+", method.advice.variables)
    assert named[0] == first[0]
    assert set(named) <= set(first)


@pytest.mark.parametrize(
    ("fields", "field", "name"),
    [
        ((), "client_secret", "client_secret_post"),
        (("client_secret", "client_certificate"), "client_secret", "client_secret_post"),
        (("private_key",), "private_key", "private_key_jwt"),
        (("private_key_file", "client_certificate"), "private_key_file", "private_key_jwt"),
        (("assertion_file",), "assertion_file", "assertion_file"),
        (("client_certificate",), "client_certificate", "tls_client_auth"),
    ],
)
def test_a_field_stands_for_its_first_method(fields, field, name):
    """Without a method the field decides; a certificate does so only if it is alone."""
    assert authentication_method(given(*fields)) == (field, METHODS[name])


@pytest.mark.parametrize("name", METHODS)
def test_a_named_method_needs_its_own_field(name):
    """A named method uses its own field, whether that is given or not."""
    method = METHODS[name]
    field = next(iter(method.fields), None)
    fields = {"client_secret", "assertion_file", "client_certificate"}
    fields -= {"assertion_file"} if method.other_fields else set()
    others = fields - set(method.fields)
    assert authentication_method(given(*others, authentication_method=name)) == (field, method)


def test_an_assertion_of_somebody_else_is_private_key_jwt_too():
    """For the server a JWT from a file is ``private_key_jwt``; the file is what is read."""
    chosen = given("assertion_file", authentication_method="private_key_jwt")
    assert authentication_method(chosen) == ("assertion_file", METHODS["assertion_file"])


def test_an_unknown_method_is_told_the_names_that_a_profile_takes():
    """In code, too, the error lists the names that ``authentication_method`` accepts."""
    with pytest.raises(ConfigurationError, match='Did you mean "client_secret_post"'):
        ClientSecret(Secret("s"), "client_secret_pots")
    proof = ClientSecret(Secret("s"))
    object.__setattr__(proof, "method", "odd")  # as a proof of somebody else's may say
    odd = ClientCredentials(client_id="c", authentication=proof, token_url=URL)
    url = EndpointUrl.parse(URL, called="The token URL", allow_plaintext=False)
    with pytest.raises(ConfigurationError, match=rf"Known are: {', '.join(METHODS)}\."):
        token_request(odd, TokenAddress(url), SYSTEM_CLOCK)
