"""Reading the tills as Dagster sees it: dead accounts are a red check, not a failed step."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lightspeed_prima.twins.http_server import serve
from lightspeed_prima_tests.defs.site import CONFIG, Site, check, metadata


def revoked(_request: Request) -> JSONResponse:
    """What the token endpoint says when the merchant has taken the right away."""
    return JSONResponse({"error": "invalid_grant", "error_description": "revoked"}, status_code=400)


def test_accounts_that_cannot_be_read_fail_the_check_and_not_the_step(site: Site) -> None:
    with serve(Starlette(routes=[Route("/token", revoked, methods=["POST"])])) as tills:
        reachable = CONFIG.replace("http://127.0.0.1:9", tills)
        second = reachable[reachable.index("[[lightspeed]]") : reachable.index("[prima]")]
        config = reachable + second.replace('"ie"', '"uk"').replace('"701"', '"702"')

        result = site.make("raw/lightspeed_sales", settings=site.settings(config))
    found = check(result, "walks_succeeded")

    assert result.success
    assert not found.passed
    assert found.severity.value == "ERROR"
    assert "ie: " in str(found.description)
    assert "uk: " in str(found.description)
    assert site.read("select account, outcome, error_code from raw.walks order by account") == [
        ("ie", "failed", "AUTH_FAILED"),
        ("uk", "failed", "AUTH_FAILED"),
    ]
    assert metadata(result, "raw/lightspeed_sales")["dagster/row_count"] == 0
