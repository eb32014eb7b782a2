"""What all tests share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "cases"))

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of large reference data beside the project; a test that needs it skips and says so without it."""
    if not SHARED.is_dir():
        pytest.skip("the large reference data is not here (a user's clone does not have it)")
    return SHARED
