"""What all tests share."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent / "cases"))

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of large reference data beside the project; a test that needs it skips and says so without it."""
    if not SHARED.is_dir():
        pytest.skip("the large reference data is not here (a user's clone does not have it)")
    return SHARED


# The same examples in every run: a law that fails for a new example is found by the seeded long runs
# (HYPOTHESIS_PROFILE=search), not by chance in somebody's clone.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
