"""Services that .proto files describe, read by protoc."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from zeebe_auth.cli.shell import CommandFailed, ExitCode
from zeebe_grpc.cli.described_services import DescribedServices, needs_extra
from zeebe_grpc.diagnosis.printable import printable

_PROTOC_SECONDS = 60


def services_of(files: Sequence[Path], import_paths: Sequence[Path]) -> DescribedServices:
    """The services of .proto files.

    Args:
        files: The files.
        import_paths: Where the files that they import are, beside the folders of the files
            themselves and Google's own.

    Raises:
        CommandFailed: protoc isn't installed, a file isn't there, or it is not valid.
    """
    if find_spec("grpc_tools") is None:
        raise needs_extra("--proto")
    for path in (*files, *import_paths):
        if not path.exists():
            raise CommandFailed(f"There is no {path}. Name one that is there.", ExitCode.WRONG_USE)
    folders = dict.fromkeys((*import_paths, *(each.absolute().parent for each in files)))
    with tempfile.TemporaryDirectory(prefix="zeebe-grpc-") as folder:
        written = Path(folder) / "descriptors"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "grpc_tools.protoc",
                *(f"-I{each.absolute()}" for each in folders),
                "--include_imports",
                f"--descriptor_set_out={written}",
                *(str(each.absolute()) for each in files),
            ],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PROTOC_SECONDS,
            check=False,
        )
        if done.returncode:
            said = printable("; ".join(done.stderr.split("\n")).strip("; "))
            raise CommandFailed(
                f"protoc can't read the file: {said}. If an import is missing, name its folder "
                "with --import-path.",
                ExitCode.WRONG_USE,
            )
        described = FileDescriptorSet.FromString(written.read_bytes())
    own = {each.name for each in files}
    names = [
        f"{each.package}.{service.name}".lstrip(".")
        for each in described.file
        if Path(each.name).name in own
        for service in each.service
    ]
    origin = " and ".join(str(each) for each in files)
    if not names:
        raise CommandFailed(f"There is no service in {origin}.", ExitCode.WRONG_USE)
    return DescribedServices(described.file, names, origin)
