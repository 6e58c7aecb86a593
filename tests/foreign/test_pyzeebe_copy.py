"""Our gateway modules and pyzeebe's own copy of the same protocol, in one process."""

import pytest

pytestmark = pytest.mark.timeout(1800)


@pytest.mark.parametrize("implementation", ["upb", "python"])
@pytest.mark.parametrize("order", ["ours-first", "theirs-first"])
def test_both_copies_live_in_one_process_and_write_the_same_bytes(
    foreign_environment, run_foreign, order, implementation
):
    """Whichever is imported first, and with either protobuf implementation, every message that
    pyzeebe has is written by our class byte for byte as by pyzeebe's, for the fields both have."""
    python = foreign_environment("pyzeebe", "pyzeebe.txt", ".")
    output = run_foreign(
        python, "both_copies.py", order, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=implementation
    )
    assert output.split() == [implementation, "61"]
