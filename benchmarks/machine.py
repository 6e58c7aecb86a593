"""The date, machine and versions of a run."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib import metadata
from pathlib import Path

__all__ = ["description"]

_DISTRIBUTIONS = (
    "zeebe-credentials",
    "grpcio",
    "google-auth",
    "azure-identity",
    "pyzeebe",
    "authlib",
    "botocore",
    "msal",
)


def description() -> dict[str, str]:
    """Date, machine and versions, each as a string for people."""
    return {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} x {_processor()}, {platform.system()}",
        "load before": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known",
        "python": platform.python_version(),
        "versions": ", ".join(f"{name} {metadata.version(name)}" for name in _DISTRIBUTIONS),
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
