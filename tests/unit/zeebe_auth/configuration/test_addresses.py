import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_auth import ConfigurationError
from zeebe_auth.configuration.addresses import Address, cluster_address, parse_address
from zeebe_auth.configuration.saas import is_saas_host

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join)
ports = st.integers(1, 65535)


@given(host=hosts, port=ports)
def test_host_and_port_mean_tls(host, port):
    """An address without a scheme is used with TLS."""
    assert parse_address(f"{host}:{port}") == Address(f"{host}:{port}", False, host, port)


@given(host=hosts, port=ports)
def test_insecure_setting_makes_plaintext(host, port):
    """The insecure setting turns an address without a scheme into plaintext."""
    assert parse_address(f"{host}:{port}", insecure=True).plaintext
    assert not parse_address(f"{host}:{port}", insecure=False).plaintext


@given(
    host=hosts,
    port=ports,
    scheme=st.sampled_from(["http", "grpc", "https", "grpcs", "HTTPS", "Grpc"]),
    slash=st.sampled_from(["", "/"]),
)
def test_scheme_decides(host, port, scheme, slash):
    """A scheme in any case says whether it is TLS; a trailing slash changes nothing."""
    address = parse_address(f" {scheme}://{host}:{port}{slash}\n")
    assert address.target == f"{host}:{port}"
    assert address.plaintext == (scheme.lower() in {"http", "grpc"})


@given(host=st.ip_addresses(v=6), port=ports)
def test_ipv6_is_in_brackets(host, port):
    """An IPv6 address has brackets in the target and none in the host."""
    address = parse_address(f"[{host}]:{port}")
    assert (address.target, address.host) == (f"[{host}]:{port}", str(host))
    assert ipaddress.ip_address(address.host) == host


@given(host=hosts, port=ports, insecure=st.sampled_from([None, True, False]))
def test_an_address_reads_as_itself_again(host, port, insecure):
    """A printed address is parsed as the same address."""
    address = parse_address(f"{host}:{port}", insecure=insecure)
    assert parse_address(str(address)) == address


@given(text=st.text())
def test_any_string_gives_an_address_or_an_error(text):
    """Any string gives either an address that can be dialled or a configuration error."""
    try:
        address = parse_address(text)
    except ConfigurationError:
        return
    assert address.host
    assert 1 <= address.port <= 65535
    assert not set(address.target) & set("/@?# \n")


@given(secret=st.from_regex(r"[A-Z]{12}", fullmatch=True), host=hosts)
@pytest.mark.parametrize(
    "form",
    [
        "https://me:{secret}@{host}:443",
        "{secret}@{host}",
        "https://{host}/?token={secret}",
        "https://{host}/?token=a@{secret}",
        "https://me:a?{secret}@{host}:443",
        "https://me:{secret}?a@{host}:443",
        "https://me:{secret}#a@{host}:443",
        "https://me:a#{secret}@{host}:443",
        "https://me:a/{secret}@{host}:443",
    ],
)
def test_an_error_keeps_the_password_to_itself(form, secret, host):
    """A password or token in an address is refused and not repeated in the error."""
    with pytest.raises(ConfigurationError) as caught:
        parse_address(form.format(secret=secret, host=host))
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "target", "plaintext"),
    [
        ("gateway", "gateway:26500", False),
        ("localhost", "localhost:26500", False),
        ("http://localhost", "localhost:26500", True),
        ("grpc://camunda_gateway", "camunda_gateway:26500", True),
        ("https://gateway.example.com", "gateway.example.com:443", False),
        ("grpcs://gateway.example.com/", "gateway.example.com:443", False),
        ("abc-1.bru-2.zeebe.camunda.io", "abc-1.bru-2.zeebe.camunda.io:443", False),
        ("abc-1.zeebe.camunda.io", "abc-1.zeebe.camunda.io:443", False),
        ("abc-1.zeebe.camunda.io:443", "abc-1.zeebe.camunda.io:443", False),
        ("abc-1.bru-2.zeebe.camunda.io.", "abc-1.bru-2.zeebe.camunda.io.:443", False),
        ("ABC-1.BRU-2.Zeebe.Camunda.IO.", "ABC-1.BRU-2.Zeebe.Camunda.IO.:443", False),
        ("[::1%x.zeebe.camunda.io]", "[::1%x.zeebe.camunda.io]:26500", False),
        ("[::1]", "[::1]:26500", False),
        ("https://[::1]", "[::1]:443", False),
        ("dns:///gateway", "gateway:443", False),
    ],
)
def test_default_ports(text, target, plaintext):
    """Without a port it is 443 for https and Camunda SaaS, and Zeebe's own port otherwise."""
    address = parse_address(text)
    assert (address.target, address.plaintext) == (target, plaintext)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ftp://gateway:443", "scheme 'ftp'"),
        ("://gateway", "scheme ''"),
        ("https://gateway:443/zeebe", "path"),
        ("gateway:443/zeebe", "path"),
        ("https://gateway:443//", "path"),
        ("https://gateway?x=1", "query"),
        ("https://gateway#x", "fragment"),
        ("user@gateway:443", "user name"),
        ("::1:26500", "brackets"),
        ("[::1", "brackets"),
        ("[::1]26500", "brackets"),
        ("[gateway]:443", "brackets"),
        ("gateway:", "ends before its port"),
        ("[::1]:", "ends before its port"),
        ("gateway:0", "valid port"),
        ("gateway:65536", "valid port"),
        ("gateway:https", "valid port"),
        ("gateway:²", "valid port"),
        ("", "no host"),
        ("https://", "no host"),
        (":443", "no host"),
        ("gate way:443", "no host name has"),
        ("-gateway:443", "no host name has"),
        ("a" * 64, "no host name has"),
        ("zeebe.münchen.example", "xn--"),
    ],
)
def test_what_is_no_address(text, says):
    """What can't be dialled is refused with the reason and the form to write instead."""
    with pytest.raises(ConfigurationError, match=r"Write|Put|Leave|leave") as caught:
        parse_address(text)
    assert says in caught.value.message


@pytest.mark.parametrize(("scheme", "insecure"), [("https", True), ("http", False)])
def test_a_contradiction_is_no_choice(scheme, insecure):
    """A scheme and an insecure setting that contradict each other are an error."""
    with pytest.raises(ConfigurationError, match="Change one of the two"):
        parse_address(f"{scheme}://gateway:26500", insecure=insecure)


def test_cluster_and_region():
    """A cluster id and a region name a gateway of Camunda SaaS; the region may be missing."""
    assert cluster_address("abc-1", "dsm-1").target == "abc-1.dsm-1.zeebe.camunda.io:443"
    assert cluster_address("abc-1").target == "abc-1.bru-2.zeebe.camunda.io:443"
    assert not cluster_address("abc-1").plaintext


@pytest.mark.parametrize(
    ("cluster_id", "region"),
    [("", None), ("evil.example/", None), ("a.b", None), ("abc", "x@y"), ("abc", ""), ("-a", None)],
)
def test_a_cluster_id_can_not_change_the_domain(cluster_id, region):
    """Neither cluster id nor region can lead to a host outside Camunda's domain."""
    with pytest.raises(ConfigurationError, match="Camunda Console"):
        cluster_address(cluster_id, region)


@pytest.mark.parametrize(
    ("host", "saas"),
    [
        ("c.bru-2.zeebe.camunda.io", True),
        ("C.Zeebe.Camunda.IO.", True),
        ("c.zeebe.camunda.io..", False),
        ("zeebe.camunda.io", False),
        ("xzeebe.camunda.io", False),
        ("c.zeebe.camunda.io.example", False),
        ("::1%c.zeebe.camunda.io", False),
        ("", False),
    ],
)
def test_hosts_of_camunda_saas(host, saas):
    """One rule decides which hosts belong to Camunda SaaS, for the port and for the token URL."""
    assert is_saas_host(host) is saas


@pytest.mark.parametrize("scheme", ["dns:///", "DNS:///"])
@given(host=hosts, port=ports, insecure=st.sampled_from([None, True, False]))
def test_grpc_asks_dns_for_both(scheme, host, port, insecure):
    """gRPC's form for a name that DNS resolves is the same address as the name alone."""
    plain = parse_address(f"{host}:{port}", insecure=insecure)
    assert parse_address(f"{scheme}{host}:{port}", insecure=insecure) == plain


def test_a_host_may_be_called_like_a_scheme():
    """A name with a port is a host, even where gRPC has a scheme of that name."""
    assert parse_address("unix:26500").host == "unix"
    assert parse_address("https://dns:443").host == "dns"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dns:gateway:443", "dns:///host:port"),
        ("dns://8.8.8.8/gateway:443", "dns:///host:port"),
        ("ipv4:10.0.0.1:443", "10.0.0.1:443"),
        ("ipv6:[2001:db8::1]:443", "2001:db8::1"),
        ("unix:/run/gateway", "host:port"),
        ("unix:///run/gateway", "host:port"),
        ("UNIX-ABSTRACT:gateway", "host:port"),
        ("vsock:2:1", "host:port"),
        ("xds:///gateway", "host:port"),
    ],
)
def test_other_targets_are_told_apart_from_addresses(text, says):
    """Other gRPC targets are refused with what to write, and which function accepts them."""
    with pytest.raises(ConfigurationError, match="is a gRPC target, not an address") as caught:
        parse_address(text)
    advice = caught.value.message.partition("Write ")[2]
    assert says in advice
    assert "zeebe_grpc.secure_channel" in advice


@pytest.mark.parametrize(
    "text",
    [
        "a:1,b:1",
        "a,b",
        "https://a:1,b:1",
        "dns:///a:1,b:1",
        "ipv4:10.0.0.1:1,10.0.0.2:1",
        "10.0.0.1:1, 10.0.0.2:1",
    ],
)
def test_a_list_is_told_what_several_gateways_need(text):
    """A list of addresses is refused with gRPC's two ways to use several."""
    with pytest.raises(ConfigurationError, match="is a list") as caught:
        parse_address(text)
    for words in ("round_robin", "ipv4:", "zeebe_grpc.secure_channel"):
        assert words in caught.value.message
