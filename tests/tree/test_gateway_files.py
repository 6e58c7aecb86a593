"""The generated gateway files in the tree: made from the current proto, and correctly typed."""

from pathlib import Path

from python_programs import run_python

ROOT = Path(__file__).parents[2]


def test_the_modules_are_what_gateway_proto_makes(tmp_path):
    """Generating again changes no byte, so the committed modules are those of the committed
    gateway.proto."""
    run_python(str(ROOT / ".ci" / "gateway_modules" / "generate.py"), str(tmp_path))
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(made) == [
        "gateway_pb2.py",
        "gateway_pb2.pyi",
        "gateway_pb2_grpc.py",
        "gateway_pb2_grpc.pyi",
    ]
    for name, content in made.items():
        assert (ROOT / "zeebe_grpc" / name).read_bytes() == content, name


def test_a_type_checker_tells_blocking_from_asyncio():
    """mypy --strict accepts the stubs and finds the types that the typing sample states."""
    run_python(
        "-m",
        "mypy",
        "--strict",
        "tests/typing/gateway_modules.py",
        "zeebe_grpc/gateway_pb2.pyi",
        "zeebe_grpc/gateway_pb2_grpc.pyi",
    )


def test_the_service_stub_file_matches_the_module():
    """Everything that the typed stub of the service promises is there at run time."""
    run_python("-m", "mypy.stubtest", "--ignore-missing-stub", "zeebe_grpc.gateway_pb2_grpc")
