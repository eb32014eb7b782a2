"""Who may come in: host names, origins, tokens, sizes, paths; and what the browser is told."""

import pytest

from kanryu.core.errors import UsageError
from kanryu.web.serving import Serving
from kanryu.web.settings import is_loopback


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil", "[", "0.0.0.0"])
def test_foreign_host_names_are_turned_away(api, name):
    """A page elsewhere whose name points at 127.0.0.1 must not read anything (DNS rebinding)."""
    for path in ("/", "/en/map", "/api/v1/site", "/static/main.js"):
        assert api.get(path, headers={"Host": name}).status == 421


@pytest.mark.parametrize("name", ["127.0.0.1:8600", "localhost:1", "[::1]:8600", "LOCALHOST"])
def test_own_host_names_are_answered(api, name):
    assert api.get("/api/v1/site", headers={"Host": name}).status == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_foreign_page_cannot_change_anything(api, headers):
    answer = api.post("/api/v1/uploads?name=a.csv", content=b"x", headers=headers)
    assert (answer.status, answer.body["error"]["code"]) == (403, "origin")


def test_token_is_wanted_on_every_api_call(guarded):
    assert guarded.get("/api/v1/site").status == 401
    assert guarded.get("/api/v1/site", headers={"Authorization": "Bearer wrong"}).status == 401
    assert guarded.post("/api/v1/uploads?name=a.csv", content=b"x").status == 401
    right = {"Authorization": "Bearer secret-token"}
    assert guarded.get("/api/v1/site", headers=right).status == 200
    assert guarded.get("/en/", headers={"Host": "desk.example"}).status == 200  # the page itself holds no facts


def test_other_machines_only_by_an_explicit_flag():
    assert is_loopback("127.0.0.1")
    assert not is_loopback("192.168.1.4")
    for host in ("0.0.0.0", "192.168.1.4", "::"):
        with pytest.raises(UsageError):
            Serving("textbook-own-money", host=host)


def test_serving_to_the_network_makes_a_token():
    serving = Serving("textbook-own-money", host="0.0.0.0", port=0, open_to_network=True)
    try:
        assert len(serving.settings.token) >= 24
        assert serving.settings.token in serving.address()
        assert "#token=" in serving.address()
    finally:
        serving.socket.close()


def test_serving_here_has_no_token_and_takes_a_free_port():
    first = Serving("textbook-own-money", port=0)
    second = Serving("textbook-own-money", port=first.settings.port)
    try:
        assert first.settings.token == ""
        assert second.settings.port != first.settings.port
    finally:
        first.socket.close()
        second.socket.close()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/core/errors.py",
        "/static//etc/passwd",
        "/static/views/../../app.py",
        "/api/v1/cases/..%2f..%2fsecret/facts",
        "/api/v1/cases/ai/download/..%2f..%2f..%2fetc%2fpasswd",
        "/api/v1/cases/%2fetc/facts",
    ],
)
def test_no_path_leads_outside(api, path):
    answer = api.get(path)
    assert answer.status == 404
    assert b"import" not in answer.content
    assert b"root:" not in answer.content


def test_too_large_a_body_is_refused_before_it_is_read(api):
    big = b"0" * (4 << 20)
    assert api.post("/api/v1/uploads?name=a.csv", content=big).status == 413

    async def pieces():
        for _ in range(64):
            yield b"0" * (1 << 16)

    assert api.post("/api/v1/uploads?name=a.csv", content=pieces()).status >= 400


def test_browser_is_told_to_run_nothing_foreign(api):
    for path in ("/en/", "/api/v1/site", "/static/main.js", "/nowhere"):
        headers = api.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers
