"""Whether the files of this package are its own."""

from __future__ import annotations

import importlib
import warnings

from zeebe_grpc.diagnosis.step import DiagnosisStep

_OURS = "zeebe-credentials"
_OTHER = "zeebe-grpc"


def check_installation() -> DiagnosisStep:
    """Notice the ``zeebe-grpc`` of PyPI, which has an import package of the same name.

    pip writes its files over ours, or ours over its, and says nothing.
    """
    from importlib import metadata

    replaced = [name for name in ("gateway_pb2", "gateway_pb2_grpc") if not is_ours(name)]
    try:
        other = metadata.version(_OTHER)
    except metadata.PackageNotFoundError:
        other = None
    advice = (
        f"Run: pip uninstall {_OTHER}, then: pip install --force-reinstall --no-deps {_OURS}. "
        "Code written for it runs unchanged."
    )
    if replaced:
        by = f"{_OTHER} {other}" if other else "another package"
        return DiagnosisStep.failed(
            "installation",
            f"{' and '.join(replaced)} of zeebe_grpc were replaced by {by}.",
            advice,
            "configuration",
        )
    if other is not None:
        return DiagnosisStep.ok(
            "installation",
            f"{_OTHER} {other} is installed too and owns some of the same files; for now they "
            "are ours.",
            advice,
        )
    return DiagnosisStep.ok("installation", "The files of zeebe_grpc are its own.")


def is_ours(name: str) -> bool:
    """Whether a module of `zeebe_grpc` is the one that this distribution installed.

    Args:
        name: ``gateway_pb2`` or ``gateway_pb2_grpc``.
    """
    from google.protobuf import descriptor_pool

    try:
        # Code of an older protoc warns; that it is not ours is all that counts here.
        with warnings.catch_warnings(action="ignore"):
            module = importlib.import_module(f"zeebe_grpc.{name}")
    except Exception:
        # Generated code refuses a protobuf runtime that it doesn't fit with errors of any kind.
        return False
    # Ours lives in a descriptor pool of its own; protoc's code is in the one that all share.
    messages = module if name == "gateway_pb2" else getattr(module, "_pb2", None)
    descriptor = getattr(messages, "DESCRIPTOR", None)
    return descriptor is not None and descriptor.pool is not descriptor_pool.Default()
