import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_pem_x509_certificate

from zeebe_auth import ConfigurationError, Profile, Secret
from zeebe_grpc.connection.settings import ConnectionSettings
from zeebe_grpc.sandbox.certificates import issue_server_certificate


@pytest.fixture(scope="module")
def certificate():
    return issue_server_certificate()


@pytest.fixture
def files(tmp_path, certificate):
    """The certificate's parts as files: CA, chain, key, and both in one."""
    parts = {
        "ca": certificate.authority,
        "chain": certificate.chain,
        "key": certificate.private_key,
        "both": certificate.chain + certificate.private_key,
        "junk": b"-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n",
        "empty": b"",
    }
    for name, content in parts.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in parts}


def read(**texts):
    return ConnectionSettings.from_texts({"address": "gateway:443", **texts}, origin="a test")


def test_an_address_is_enough():
    """With an address alone it is TLS, gRPC's own certificate authorities and 45 s keepalive."""
    settings = read()
    assert settings.address.target == "gateway:443"
    assert settings.root_certificates is None
    assert settings.keep_alive_ms == 45_000
    assert not settings.allow_plaintext


def test_the_address_wins_over_the_cluster():
    """Console files name cluster and address; the address is what is dialled."""
    assert read(cluster_id="abc").address.target == "gateway:443"
    cluster = ConnectionSettings.from_texts({"cluster_id": "abc", "region": "dsm-1"}, origin="")
    assert cluster.address.target == "abc.dsm-1.zeebe.camunda.io:443"


def test_no_address_says_what_to_set():
    """Without an address the error names the origin and the variables."""
    with pytest.raises(ConfigurationError, match=r"a test names none.*CAMUNDA_GRPC_ADDRESS"):
        ConnectionSettings.from_texts({"address": ""}, origin="a test")


def test_certificates_are_read(files, certificate):
    """CA, client certificate and key come from their files, or certificate and key from one."""
    settings = read(
        ca_certificate=files["ca"], client_certificate=files["chain"], client_key=files["key"]
    )
    assert settings.root_certificates == certificate.authority
    assert settings.certificate_chain == certificate.chain
    assert settings.private_key == certificate.private_key
    assert read(client_certificate=files["both"]).private_key is not None


def test_a_bundle_with_comments(files, tmp_path, certificate):
    """A bundle may name its authorities in any encoding between the certificates."""
    bundle = "# Tőrzs CA\n".encode() + certificate.authority + b"# \xff\n"
    (tmp_path / "bundle").write_bytes(bundle)
    # gRPC gets what was checked, which is what OpenSSL accepts in memory.
    ascii_alone = bundle.decode("ascii", "ignore").encode()
    assert read(ca_certificate=str(tmp_path / "bundle")).root_certificates == ascii_alone


def test_a_key_is_not_printed(files):
    """The private key is not in the repr."""
    settings = read(client_certificate=files["both"])
    assert "PRIVATE" not in repr(settings)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"ca_certificate": "junk"}, "no PEM certificate"),
        ({"ca_certificate": "empty"}, "empty is empty"),
        ({"ca_certificate": "missing"}, "can't be read"),
        ({"client_certificate": "chain"}, "no private key beside it"),
        ({"client_certificate": "missing"}, "can't be read"),
        ({"client_certificate": "junk"}, "holds a PEM certificate that can't be read"),
        ({"client_certificate": "empty"}, "empty is empty"),
        ({"client_certificate": "chain", "client_key": "missing"}, "can't be read"),
        ({"client_certificate": "ca", "client_key": "key"}, "doesn't go with the key in"),
        ({"client_key": "key"}, "no client_certificate"),
    ],
)
def test_unusable_certificates_are_named(files, tmp_path, names, says):
    """A missing, broken or ill-matched file is an error that names the setting and the origin."""
    paths = {name: files.get(file, str(tmp_path / file)) for name, file in names.items()}
    with pytest.raises(ConfigurationError, match=says) as caught:
        read(**paths)
    assert "from a test" in caught.value.message
    assert next(iter(names)) in caught.value.message


def test_plaintext_looks_at_no_certificate():
    """A plaintext address needs no CA file, so a missing one is no error."""
    settings = read(address="http://localhost", ca_certificate="/nowhere/ca.pem")
    assert settings.root_certificates is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("insecure", "perhaps"),
        ("keep_alive_ms", "0"),
        ("keep_alive_ms", "-5"),
        ("keep_alive_ms", "45s"),
        ("keep_alive_ms", "1.5"),
        ("keep_alive_ms", "9" * 12),
        ("max_message_bytes", "0"),
        ("max_message_bytes", "much"),
        ("max_message_bytes", "4GB"),
        ("max_metadata_bytes", "-1"),
        ("authority", "https://name"),
        ("authority", "a/b"),
    ],
)
def test_unusable_strings_are_named(name, text):
    """A string without a meaning is an error that names the setting."""
    with pytest.raises(ConfigurationError, match=name):
        read(**{name: text})


@pytest.mark.parametrize(("text", "plaintext"), [("true", True), ("ON", True), ("0", False)])
def test_insecure_setting(text, plaintext):
    """The insecure setting selects plaintext for an address without a scheme, and allows tokens."""
    settings = read(insecure=text)
    assert settings.address.plaintext is plaintext
    assert settings.allow_plaintext is plaintext


@pytest.mark.parametrize(
    ("texts", "allowed"),
    [
        ({"address": "gateway:443"}, True),
        ({"address": "http://localhost:26500"}, True),
        ({"address": "http://[::1]:26500"}, True),
        ({"address": "http://gateway:26500", "insecure": "true"}, True),
        ({"address": "http://gateway:26500"}, False),
        ({"address": "http://localhost.example.com:26500"}, False),
    ],
)
def test_tokens_travel_encrypted(texts, allowed):
    """A token is sent unencrypted only to this machine, or with the explicit switch."""
    settings = read(**texts)
    if allowed:
        settings.check_token_may_travel()
    else:
        with pytest.raises(ConfigurationError, match="ZEEBE_INSECURE_CONNECTION"):
            settings.check_token_may_travel()


def options_of(given=(), **texts):
    """The channel options, and that no name is among them twice."""
    options = read(**texts).channel_options(given)
    assert len(dict(options)) == len(options)
    return dict(options)


def test_channel_options():
    """Keepalive goes on however long a stream is silent, never without a call, and gives up."""
    assert options_of() == {
        "grpc.keepalive_time_ms": 45_000,
        "grpc.keepalive_timeout_ms": 20_000,
        "grpc.http2.ping_timeout_ms": 20_000,
        "grpc.http2.max_pings_without_data": 0,
        "grpc.max_receive_message_length": 5 * 1024 * 1024,
        "grpc.max_metadata_size": 16 * 1024,
        "grpc.absolute_max_metadata_size": 16 * 1024,
    }
    options = options_of(authority="zeebe.test", keep_alive_ms="60000")
    assert options["grpc.keepalive_time_ms"] == 60_000
    assert options["grpc.ssl_target_name_override"] == "zeebe.test"
    assert options["grpc.default_authority"] == "zeebe.test"


@pytest.mark.parametrize("name", ["ca_certificate", "client_certificate"])
def test_a_home_that_is_not_known_is_named(name):
    """The error names a path of a user that this machine doesn't have."""
    with pytest.raises(
        ConfigurationError, match=rf"setting {name} from a test: The home directory "
    ):
        read(**{name: "~nobody-of-that-name/file.pem"})


def test_sizes_of_messages_and_metadata():
    """Both limits of metadata are one, since gRPC refuses at random between them."""
    options = options_of(max_message_bytes="20MB", max_metadata_bytes="65536")
    assert options["grpc.max_receive_message_length"] == 20 * 1024 * 1024
    assert options["grpc.max_metadata_size"] == 64 * 1024
    assert options["grpc.absolute_max_metadata_size"] == 64 * 1024
    assert "grpc.max_send_message_length" not in options


@pytest.mark.parametrize(
    "given",
    [
        ("grpc.keepalive_time_ms", 1),
        ("grpc.keepalive_timeout_ms", 1),
        ("grpc.http2.ping_timeout_ms", 1),
        ("grpc.http2.max_pings_without_data", 1),
        ("grpc.max_receive_message_length", -1),
        ("grpc.max_metadata_size", 1),
        ("grpc.absolute_max_metadata_size", 1),
        ("grpc.ssl_target_name_override", "own.test"),
        ("grpc.default_authority", "own.test"),
        ("grpc.lb_policy_name", "round_robin"),
    ],
)
def test_the_caller_s_options_win(given):
    """An option that the caller gives is the only one of its name, and no other is lost."""
    settings = {"authority": "zeebe.test", "max_message_bytes": "1MB"}
    name, value = given
    options = options_of([given], **settings)
    assert options[name] == value
    missing = options_of(**settings).keys() - options.keys()
    assert missing <= {"grpc.max_metadata_size", "grpc.absolute_max_metadata_size"}
    assert options_of([("other", 1), (name, value)], **settings) == {**options, "other": 1}


def test_what_grpc_takes_together_is_given_together():
    """gRPC derives one limit of metadata from the other, and uses one time-out of two."""
    for name in ("grpc.max_metadata_size", "grpc.absolute_max_metadata_size"):
        other = {"grpc.max_metadata_size", "grpc.absolute_max_metadata_size"} - {name}
        assert other.isdisjoint(options_of([(name, 1 << 20)]))
    options = options_of([("grpc.keepalive_timeout_ms", 5_000)])
    assert options["grpc.http2.ping_timeout_ms"] == 5_000


def test_names_of_options_may_be_bytes():
    """grpcio accepts names as bytes; such an option takes precedence, too."""
    options = read().channel_options([(b"grpc.keepalive_time_ms", 1)])
    assert (b"grpc.keepalive_time_ms", 1) in options
    assert "grpc.keepalive_time_ms" not in dict(options)


def test_what_is_given_itself_goes_before_a_file(files, certificate):
    """PEM for CA, certificate or key takes precedence over a file for the same."""
    inline = {
        "ca_certificate_pem": certificate.authority.decode(),
        "client_certificate_pem": certificate.chain.decode(),
    }
    beside = dict.fromkeys(("ca_certificate", "client_certificate", "client_key"), "/nowhere")
    settings = ConnectionSettings.from_texts(
        {"address": "gateway:443", **inline, **beside},
        origin="a test",
        client_key_pem=Secret(certificate.private_key.decode()),
    )
    assert settings.root_certificates == certificate.authority
    assert settings.certificate_chain == certificate.chain
    assert settings.private_key == certificate.private_key
    assert "PRIVATE" not in repr(settings)
    # docker's --env-file passes on what Compose reads as new lines.
    one_line = {name: text.replace("\n", "\\n") for name, text in inline.items()}
    key = Secret(certificate.private_key.decode().replace("\n", "\\n"))
    again = ConnectionSettings.from_texts(
        {"address": "gateway:443", **one_line}, origin="a test", client_key_pem=key
    )
    assert again.root_certificates == settings.root_certificates
    assert again.certificate_chain == settings.certificate_chain


def test_a_certificate_in_a_file_with_a_key_that_is_given_itself(files, certificate):
    """Each of the two may be a file or PEM."""
    settings = ConnectionSettings.from_texts(
        {"address": "gateway:443", "client_certificate": files["chain"]},
        origin="a test",
        client_key_pem=Secret(certificate.private_key.decode()),
    )
    assert settings.private_key == certificate.private_key
    both = certificate.chain + certificate.private_key
    assert read(client_certificate_pem=both.decode()).private_key == certificate.private_key


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"ca_certificate_pem": "nothing"}, "ca_certificate_pem from a test holds no PEM"),
        ({"client_certificate_pem": "nothing"}, "setting client_certificate_pem from a test"),
        ({"truststore": "/nowhere/store.p12"}, "setting truststore from a test"),
    ],
)
def test_unusable_pem_and_stores_are_named(texts, says):
    """What can't be used is an error that names the setting, and nothing of its value."""
    with pytest.raises(ConfigurationError, match=says):
        read(**texts)


def test_a_trust_store_stands_for_a_ca_file(files, tmp_path, certificate):
    """Its certificates are the gateway's roots, unless a CA file or its content is given."""
    store = tmp_path / "store.p12"
    authority = load_pem_x509_certificate(certificate.authority)
    store.write_bytes(
        serialize_key_and_certificates(
            None, None, None, [authority], BestAvailableEncryption(b"ch4ngeit")
        )
    )
    texts = {"address": "gateway:443", "truststore": str(store)}
    profile = Profile(
        None, texts, "a test", secret_settings={"truststore_password": Secret("ch4ngeit")}
    )
    settings = ConnectionSettings.from_profile(profile)
    assert load_pem_x509_certificate(settings.root_certificates) == authority
    other = read(truststore="/nowhere", ca_certificate=files["ca"])
    assert other.root_certificates == certificate.authority


def test_another_cloud_than_camundas_own():
    """The cluster's domain and port are used."""
    texts = {"cluster_id": "abc", "region": "dsm-1", "cloud_domain": "cloud.example"}
    target = ConnectionSettings.from_texts(texts, origin="").address.target
    assert target == "abc.dsm-1.zeebe.cloud.example:443"
    target = ConnectionSettings.from_texts(
        {**texts, "cloud_port": "8443"}, origin=""
    ).address.target
    assert target == "abc.dsm-1.zeebe.cloud.example:8443"
    with pytest.raises(ConfigurationError, match="port"):
        ConnectionSettings.from_texts({**texts, "cloud_port": "x"}, origin="")
    with pytest.raises(ConfigurationError, match="is not a domain name"):
        ConnectionSettings.from_texts({**texts, "cloud_domain": "evil.example/"}, origin="")


@pytest.mark.parametrize("name", ["ca_certificate", "client_certificate", "client_key"])
def test_a_home_directory_that_is_not_known_is_said(monkeypatch, files, name):
    """Without HOME the setting is named, and pathlib's RuntimeError isn't raised."""

    def expanduser(path):
        if str(path).startswith("~"):
            raise RuntimeError("Could not determine home directory.")
        return path

    monkeypatch.setattr("pathlib.Path.expanduser", expanduser)

    with pytest.raises(ConfigurationError, match=r"setting c.*in the path ~/file is not known"):
        read(**({"client_certificate": files["both"]} | {name: "~/file"}))


def test_a_keep_alive_time_of_thousands_of_digits():
    """Python refuses to read it; the setting is named, and not quoted whole."""
    with pytest.raises(ConfigurationError, match="keep_alive_ms from a test is '9999") as caught:
        read(keep_alive_ms="9" * 5000)
    assert len(str(caught.value)) < 300
