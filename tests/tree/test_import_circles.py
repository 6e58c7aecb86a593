"""No module imports itself by way of others."""

from __future__ import annotations

import grimp
import pytest
from facades import FACADES


@pytest.mark.parametrize("package", ["zeebe_auth", "zeebe_grpc"])
def test_there_is_no_import_circle(package: str) -> None:
    """Whoever reads a module reads those below it, and never comes back.

    A facade only hands names on, each when it is first used.
    """
    graph = grimp.build_graph(package, cache_dir=None)
    modules = graph.modules - set(FACADES)
    left = {module: graph.find_modules_directly_imported_by(module) for module in modules}
    while ready := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in ready:
            del left[module]
    assert len(modules) > 50
    assert set(left) == set()
