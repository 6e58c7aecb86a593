"""Servers that a client may take for a gateway."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
from concurrent import futures

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from zeebe_grpc.sandbox.certificates import issue_server_certificate


@pytest.fixture(scope="session")
def certificate():
    """A CA and a certificate for localhost from it."""
    return issue_server_certificate()


@pytest.fixture(scope="session")
def ca_file(certificate, tmp_path_factory):
    """The CA as a file."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(certificate.authority)
    return path


def self_signed(name, valid_until):
    """A certificate that is its own CA, in PEM, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(valid_until - dt.timedelta(days=2))
        .not_valid_after(valid_until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@contextlib.contextmanager
def grpc_server(credentials=None):
    """A gRPC server without any method, on a free port of loopback."""
    with futures.ThreadPoolExecutor(2) as pool:
        server = grpc.server(pool)
        if credentials is None:
            port = server.add_insecure_port("127.0.0.1:0")
        else:
            port = server.add_secure_port("127.0.0.1:0", credentials)
        server.start()
        try:
            yield port
        finally:
            server.stop(None).wait()


@pytest.fixture
def tls_port(certificate):
    """A gRPC server with TLS."""
    credentials = grpc.ssl_server_credentials([(certificate.private_key, certificate.chain)])
    with grpc_server(credentials) as port:
        yield port


@pytest.fixture
def other_name(tmp_path):
    """A gRPC server whose certificate is for zeebe.test, and the file to trust it with."""
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    chain, key = self_signed("zeebe.test", tomorrow)
    path = tmp_path / "other.pem"
    path.write_bytes(chain)
    with grpc_server(grpc.ssl_server_credentials([(key, chain)])) as port:
        yield port, path


@pytest.fixture
def expired(tmp_path):
    """A gRPC server whose certificate has expired, and the file to trust it with."""
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    chain, key = self_signed("localhost", yesterday)
    path = tmp_path / "expired.pem"
    path.write_bytes(chain)
    with grpc_server(grpc.ssl_server_credentials([(key, chain)])) as port:
        yield port, path


@pytest.fixture
def mutual_tls(certificate, tmp_path):
    """A gRPC server that wants a client certificate, and the file with one that it takes."""
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    chain, key = self_signed("client.test", tomorrow)
    path = tmp_path / "client.pem"
    path.write_bytes(chain + key)
    credentials = grpc.ssl_server_credentials(
        [(certificate.private_key, certificate.chain)], chain, True
    )
    with grpc_server(credentials) as port:
        yield port, path


def authority(name, *, signer=None):
    """A certificate authority with a basicConstraints that isn't critical, and its key; signed by
    itself or by another such pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    above, above_key = signer or (None, key)
    return signed(subject, key, above.subject if above else subject, above_key, is_ca=True), key


def signed(subject, key, issuer, issuer_key, *, is_ca):
    """A certificate of a day, for localhost unless it is an authority's."""
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1))
    builder = builder.not_valid_after(now + dt.timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(is_ca, None), critical=False)
    if not is_ca:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


@pytest.fixture(params=["lax root", "intermediate alone"])
def odd_authority(request, tmp_path):
    """A gRPC server whose certificate a company's authority signed, and the file with that
    authority: a root that doesn't follow RFC 5280, or an intermediate without its root."""
    issuer, issuer_key = authority("root")
    if request.param == "intermediate alone":
        issuer, issuer_key = authority("intermediate", signer=(issuer, issuer_key))
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    leaf = signed(subject, key, issuer.subject, issuer_key, is_ca=False)
    path = tmp_path / "authority.pem"
    path.write_bytes(issuer.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pair = private, leaf.public_bytes(serialization.Encoding.PEM)
    with grpc_server(grpc.ssl_server_credentials([pair])) as port:
        yield port, path


@pytest.fixture
def plaintext_port():
    """A gRPC server without TLS."""
    with grpc_server() as port:
        yield port


@pytest.fixture
def closed_port():
    """A port where nobody listens, held so that nobody else takes it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def answer_once(connection, answer, context):
    """Shake hands if there is a context, take what comes, answer, and close the connection."""
    with connection:
        if context is None:
            connection.recv(4096)
            connection.sendall(answer)
            return
        handshake = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with handshake as secured:
            try:
                secured.do_handshake()
                secured.recv(4096)
                secured.sendall(answer)
            except ssl.SSLError:
                # Closing while the client still sends would discard the alert.
                while socket.socket.recv(secured, 4096):
                    pass


@contextlib.contextmanager
def answering(answer, context=None):
    """A server that sends ``answer`` to whoever connects and speaks, then closes the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve():
        while not ended.is_set():
            with contextlib.suppress(OSError):
                answer_once(listener.accept()[0], answer, context)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        with contextlib.suppress(OSError):
            socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


@pytest.fixture
def http1_port():
    """A web server that knows HTTP/1.1 alone."""
    with answering(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n") as port:
        yield port


@pytest.fixture
def server_context(certificate, tmp_path):
    """How a server of Python's own shows the certificate for localhost."""
    both = tmp_path / "server.pem"
    both.write_bytes(certificate.chain + certificate.private_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


@pytest.fixture
def https1_port(server_context):
    """A web server with TLS that knows HTTP/1.1 alone."""
    answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"
    with answering(answer, server_context) as port:
        yield port


@pytest.fixture
def alerting_port(server_context, ca_file):
    """A TLS server that refuses clients without a certificate by an alert."""
    server_context.verify_mode = ssl.CERT_REQUIRED
    server_context.load_verify_locations(ca_file)
    with answering(b"", server_context) as port:
        yield port
