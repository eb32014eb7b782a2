"""A schema fuzzer calls every address with whatever its description allows, and with what it does not."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import CHECKS

from kanryu.web.app import create_app
from kanryu.web.measures import MEASURES
from kanryu.web.settings import LOOPBACK, Settings
from kanryu.web.shelf import Shelf

SCHEMA = schemathesis.openapi.from_asgi(
    "/openapi/openapi.json",
    create_app(Shelf("textbook-own-money"), Settings(names=(*LOOPBACK, "testserver"))),
)
OPERATIONS = [operation.ok() for operation in SCHEMA.get_all_operations()]
WANTED = CHECKS.get_by_names(["not_a_server_error", "response_schema_conformance", "content_type_conformance"])


def test_every_address_is_fuzzed():
    assert len(OPERATIONS) >= len(MEASURES) + 8


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_no_answer_breaks_the_description(operation, mode):
    strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode))
    tried = 0

    @hypothesis.given(case=strategy)
    @hypothesis.settings(
        max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def run(case):
        nonlocal tried
        answer = case.call()
        tried += 1
        case.validate_response(answer, checks=WANTED)

    try:
        run()
    except hypothesis.errors.Unsatisfiable:
        pytest.skip("nothing can be wrong here: the address takes no parameters")
    assert tried
