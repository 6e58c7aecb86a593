"""The commands as programs: what they print, where, and what they end with."""

import contextlib
import json
import signal
import subprocess
import sys

import pytest

from zeebe_grpc.sandbox import Sandbox

LATER = ("topology", "--timeout", "later")
COMMAND = [sys.executable, "-m", "zeebe_grpc.cli.main"]


@pytest.fixture(scope="module")
def plaintext_sandbox():
    """A sandbox whose gateway speaks without TLS."""
    with Sandbox(gateway_tls=False) as sandbox:
        yield sandbox


@pytest.fixture
def run(sandbox, tmp_path):
    """Run ``zeebe-grpc`` in the sandbox's environment, changed by the keywords given."""

    def run(*arguments, stdin="", of=sandbox, **changes):
        environment = {
            **of.child_environment(),
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        for name, value in changes.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value
        return subprocess.run(
            [*COMMAND, *arguments],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def fails(done, code, *says):
    """Check that it ends with ``code``, nothing on stdout, and sentences on stderr without a
    traceback."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("zeebe-grpc: ")
    for words in says:
        assert words in done.stderr
    return done


def test_topology_as_a_table(run):
    """The cluster is a table for people, and nothing is on stderr."""
    done = run("topology")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "Cluster size        3" in lines
    header = next(line for line in lines if line.startswith("BROKER"))
    brokers = lines[lines.index(header) + 1 :]
    assert [line[0] for line in brokers] == ["0", "1", "2"]
    assert all(line.index("8.") == header.index("VERSION") for line in brokers)
    assert brokers[0].endswith("1 leader, 2 follower, 3 follower")


def test_topology_as_json(run):
    """The cluster is JSON for programs, with the broker that has the number 0."""
    document = json.loads(run("topology", "--output", "json").stdout)
    assert document["clusterSize"] == 3
    assert document["partitionsCount"] == 3
    assert document["replicationFactor"] == 3
    assert document["gatewayVersion"]
    assert sorted(broker["nodeId"] for broker in document["brokers"]) == [0, 1, 2]
    assert document["brokers"][0]["partitions"][0]["role"] in {"LEADER", "FOLLOWER"}


def test_topology_with_the_whole_exchange(run, sandbox):
    """The whole exchange is shown, with the token cut."""
    token_start = sandbox.issue_token()[:12]
    done = run("topology", "-v")
    assert done.returncode == 0
    for part in (
        "rpc Topology (gateway_protocol.TopologyRequest)",
        "authorization: Bearer (",
        "Response headers",
        '"clusterSize": 3',
        "Response trailers",
        "Requests sent: 1. Responses received: 1.",
    ):
        assert part in done.stdout
    assert token_start not in done.stdout
    exchange = json.loads(run("topology", "-v", "--output", "json").stdout)
    assert exchange["response"]["clusterSize"] == 3
    assert exchange["requestMetadata"][0][0] == "authorization"


def test_a_second_topology_asks_for_no_token(run, sandbox):
    """The second command takes the first one's token."""
    assert run("topology").returncode == 0
    assert run("topology").returncode == 0
    assert sandbox.token_requests == 1
    assert sandbox.calls["Topology", "OK"] == 2


def test_call_of_a_unary_method(run, sandbox):
    """A method is called with JSON from the arguments, and its response is JSON."""
    key = sandbox.add_job("payment", {"amount": 7})
    done = run("call", "completejob", json.dumps({"jobKey": key}), "--output", "json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "{}\n", "")


def test_call_of_a_streaming_method(run, sandbox):
    """A stream is one object a line."""
    sandbox.add_job("payment")
    request = {"type": "payment", "timeout": 10_000, "maxJobsToActivate": 5, "worker": "me"}
    done = run("call", "ActivateJobs", json.dumps(request))
    assert done.returncode == 0, done.stderr
    jobs = [job for line in done.stdout.splitlines() for job in json.loads(line)["jobs"]]
    assert [job["type"] for job in jobs] == ["payment"]


def test_call_with_the_request_from_stdin_or_a_file(run, tmp_path):
    """The request may come from stdin or a file, and may begin with a byte order mark."""
    assert run("call", "Topology", "-", stdin="{}").returncode == 0
    file = tmp_path / "request.json"
    file.write_bytes(b"\xef\xbb\xbf{}")
    assert run("call", "Topology", f"@{file}").returncode == 0


def test_call_with_what_can_not_be_sent(run, sandbox, tmp_path):
    """Unknown methods, fields and files are wrong use, reported before anything is sent."""
    fails(run("call", "Topolgy"), 2, "Did you mean Topology?")
    fails(run("call", "CompleteJob", '{"jobkey": 1}'), 2, "jobkey", "jobKey")
    fails(run("call", "CompleteJob", "{"), 2, "not JSON")
    fails(run("call", "Topology", f"@{tmp_path / 'missing'}"), 2, "missing can't be read")
    (tmp_path / "empty").touch()
    fails(run("call", "Topology", f"@{tmp_path / 'empty'}"), 2, "empty is empty")
    fails(run("call", "Topology", "@/dev/zero"), 2, "it is a device")
    fails(run("call", "Topology", f"@{tmp_path}"), 2, "it is a directory")
    large = " " * (16 * 1024 * 1024 + 1)
    fails(run("call", "Topology", "-", stdin=large), 2, "stdin is larger than 16 MiB")
    assert sandbox.token_requests == 0


def test_call_that_the_gateway_refuses(run):
    """A status of the gateway is reported with its name and details."""
    fails(
        run("call", "CancelProcessInstance", '{"processInstanceKey": 7}'), 1, "NOT_FOUND", "key 7"
    )


def test_call_that_brings_a_large_job(run, sandbox):
    """More than gRPC's own 4 MiB are accepted; a larger job is reported with the setting."""
    request = json.dumps({"type": "large", "timeout": 60_000, "maxJobsToActivate": 1})
    sandbox.add_job("large", {"text": "v" * 4_500_000})
    done = run("call", "ActivateJobs", request)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 4_500_000
    sandbox.add_job("large", {"text": "v" * 4_500_000})
    fails(
        run("call", "ActivateJobs", request, ZEEBE_AUTH_MAX_MESSAGE_BYTES="4MB"),
        1,
        "This client refused the gateway's answer",
        'max_message_bytes = "8MB"',
    )


def test_call_with_a_request_that_the_gateway_finds_too_large(run, sandbox):
    """The limit is reported as the gateway's own."""
    key = sandbox.add_job("payment")
    request = json.dumps({"jobKey": key, "variables": json.dumps({"text": "v" * 4_500_000})})
    done = fails(
        run("call", "CompleteJob", "-", stdin=request),
        1,
        f"The gateway at {sandbox.address} refused the request",
        "its limit is 4194304",
    )
    assert "max_message_bytes" not in done.stderr


def test_a_size_that_is_none(run, sandbox):
    """A malformed size is wrong configuration, reported with its name before anything is sent."""
    fails(
        run("topology", ZEEBE_AUTH_MAX_MESSAGE_BYTES="lots"),
        2,
        "ZEEBE_AUTH_MAX_MESSAGE_BYTES in the environment",
        '"5MB"',
    )
    assert sandbox.token_requests == 0


def test_proto(run):
    """The protocol is printed as it is, without any configuration."""
    done = run("proto", CAMUNDA_CLIENT_ID=None)
    assert done.returncode == 0
    assert "rpc Topology(TopologyRequest) returns (TopologyResponse)" in done.stdout


def test_help_and_wrong_use(run):
    """Help goes to stdout with the exit codes; wrong use is one line on stderr."""
    assert "exit codes:" in run("--help").stdout
    assert "--profile NAME" in run("topology", "--help").stdout
    for arguments in ((), ("topologie",), ("topology", "--timeout", "0"), ("call",), LATER):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        if arguments:
            (line,) = done.stderr.splitlines()
            assert line.startswith("zeebe-grpc: ")
            assert line.endswith(' --help".')
        else:
            assert done.stderr.startswith("usage: zeebe-grpc [OPTIONS]")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("ftp://127.0.0.1:26500", "scheme 'ftp'"),
        ("https://127.0.0.1:26500/zeebe", "holds a path"),
        ("127.0.0.1:port", "no valid port"),
        ("http://zeebe.example:26500", "unencrypted"),
        (None, "No gateway address"),
    ],
)
def test_an_address_that_can_not_be_used(run, sandbox, address, says):
    """A wrong address is wrong configuration, reported before any credentials leave the machine."""
    fails(run("topology", ZEEBE_ADDRESS=address), 2, says)
    assert sandbox.token_requests == 0


def test_no_credentials(run, sandbox):
    """A lack of credentials is wrong configuration, and the error says what to set."""
    names = [
        name for name in sandbox.child_environment() if name.startswith(("CAMUNDA_", "ZEEBE_"))
    ]
    fails(run("topology", **dict.fromkeys(names)), 2, "CAMUNDA_CLIENT_ID")


def test_an_unknown_profile(run):
    """An unknown profile is wrong configuration, and the error names it."""
    fails(run("topology", "--profile", "nowhere"), 2, "nowhere")


def test_a_wrong_secret_is_no_unavailable_gateway(run, sandbox):
    """A wrong secret is reported as such, and is not printed."""
    wrong = {"CAMUNDA_CLIENT_SECRET": "hush-hush", "ZEEBE_CLIENT_SECRET": "hush-hush"}
    done = fails(run("topology", **wrong), 3, "secret")
    assert "unavailable" not in done.stderr.lower()
    assert "hush-hush" not in done.stderr
    assert sandbox.calls.total() == 0


def test_a_refused_token(run, sandbox):
    """A gateway that refuses every token is reported as such."""
    sandbox.gateway_refuses_tokens = True
    fails(run("topology"), 3, "UNAUTHENTICATED", "audience")


def test_a_gateway_that_wants_credentials(run):
    """A gateway that wants credentials is reported as such if there are none."""
    fails(run("topology", CAMUNDA_AUTH_STRATEGY="NONE"), 3, "none are configured")


def test_an_unreachable_token_endpoint(run, closed_port):
    """A token endpoint that can't be reached is reported as such."""
    url = f"https://localhost:{closed_port}/oauth/token"
    done = run("topology", CAMUNDA_OAUTH_URL=url, ZEEBE_AUTHORIZATION_SERVER_URL=url)
    fails(done, 4, f"localhost:{closed_port}")


def test_a_gateway_that_is_down(run, closed_port):
    """A gateway that doesn't run is reported with its address."""
    fails(run("topology", ZEEBE_ADDRESS=f"127.0.0.1:{closed_port}"), 4, str(closed_port))


def test_an_unknown_ca(run, ca_file, sandbox):
    """The error for a gateway with an unknown CA names the setting, though the token endpoint is
    trusted."""
    assert run("topology").returncode == 0
    changes = {"CAMUNDA_CA_CERTIFICATE_PATH": str(ca_file), "ZEEBE_CA_CERTIFICATE_PATH": None}
    fails(run("topology", **changes), 4, "zeebe-grpc sandbox CA", "CAMUNDA_CA_CERTIFICATE_PATH")
    assert sandbox.token_requests == 1


def test_a_wrong_name(run):
    """The error for a gateway under another name suggests another address or the authority
    override."""
    done = run("topology", CAMUNDA_OVERRIDE_AUTHORITY="zeebe.example")
    fails(done, 4, "is for localhost", "not for zeebe.example")


def test_the_authority_override(run, other_name):
    """gRPC itself uses the authority as the expected name, and reaches the gateway."""
    port, ca_file = other_name
    done = run(
        "topology",
        ZEEBE_ADDRESS=f"localhost:{port}",
        CAMUNDA_OVERRIDE_AUTHORITY="zeebe.test",
        CAMUNDA_CA_CERTIFICATE_PATH=str(ca_file),
        ZEEBE_CA_CERTIFICATE_PATH=None,
        CAMUNDA_AUTH_STRATEGY="NONE",
    )
    fails(done, 1, "UNIMPLEMENTED")


def test_plaintext_behind_a_tls_address(run, plaintext_sandbox):
    """The error for a plaintext gateway behind a TLS address suggests http://."""
    address = plaintext_sandbox.address
    fails(run("topology", ZEEBE_ADDRESS=address), 4, "says TLS", f"http://{address}")


def test_tls_behind_a_plaintext_address(run, sandbox):
    """The error for a TLS gateway behind a plaintext address suggests https://."""
    done = run("topology", ZEEBE_ADDRESS=f"http://{sandbox.address}")
    fails(done, 4, "says plaintext", f"https://{sandbox.address}")


def test_a_gateway_in_plaintext(run, plaintext_sandbox):
    """A plaintext gateway on this machine gets its token without any switch."""
    done = run("topology", of=plaintext_sandbox)
    assert done.returncode == 0, done.stderr


def test_a_deadline(run, sandbox):
    """The time limit covers the token too, and the error says what took too long."""
    sandbox.token_delay_seconds = 30
    done = run("topology", "--timeout", "0.5")
    sandbox.token_delay_seconds = 0
    fails(done, 4, "token")


def test_a_reader_that_goes_away(run, sandbox):
    """A closed pipe ends the command without a message."""
    with subprocess.Popen(
        [*COMMAND, "proto"],
        env=sandbox.child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_ctrl_c(sandbox):
    """Ctrl-C ends a stream with one line, and no traceback."""
    sandbox.add_job("payment")
    with subprocess.Popen(
        [*COMMAND, "call", "StreamActivatedJobs", '{"type": "payment", "timeout": 9999}'],
        env=sandbox.child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        with contextlib.ExitStack() as stack:
            stack.callback(process.kill)
            assert json.loads(process.stdout.readline())["type"] == "payment"
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
            stack.pop_all()
        assert process.stderr.read() == "zeebe-grpc: Interrupted.\n"
