"""Alerts over real sockets: a webhook and a mail server on this machine."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import dagster as dg
import pytest

from lightspeed_prima.defs.alert_delivery import Alert, AlertError, deliver, is_configured
from lightspeed_prima.defs.alerts import alert_sensors
from lightspeed_prima.settings import AlertSettings, Settings
from lightspeed_prima_tests.defs.site import CONFIG, Site, http_server

ALERT = Alert("daily_cycle failed", "read_mappings: skus.csv:3: product is blank", {"job": "daily_cycle"})


class Webhook:
    """A chat service on this machine: remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.status = 200

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers["Content-Length"])
        self.told.append(json.loads(request.rfile.read(length)))
        request.send_response(self.status)
        request.send_header("Content-Length", "0")
        request.end_headers()


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@contextmanager
def mail_server(letters: list[str]) -> Iterator[int]:
    """As much of SMTP as a sender needs; gives its port."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline().decode().strip():
                self._answer(line.split()[0].upper())

        def _answer(self, verb: str) -> None:
            if verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(line)
                letters.append("\n".join(lines))
            self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 fine\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def alert_settings(site: Site, **keys: object) -> AlertSettings:
    return settings_with(site, **keys).alerts


def settings_with(site: Site, **keys: object) -> Settings:
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
    return site.settings(f"{CONFIG}\n[alerts]\n{lines}\n")


def test_nobody_is_told_unless_somebody_is_configured(site: Site) -> None:
    assert not is_configured(site.settings().alerts)
    assert deliver(ALERT, site.settings().alerts) == ()


def test_a_webhook_gets_one_json_object(site: Site, webhook: Webhook) -> None:
    with http_server(webhook.answer) as address:
        told = deliver(ALERT, alert_settings(site, webhook_url=f"{address}/hook"))

    assert told == ("webhook",)
    assert webhook.told == [
        {
            "title": "daily_cycle failed",
            "text": "daily_cycle failed\nread_mappings: skus.csv:3: product is blank",
            "job": "daily_cycle",
        }
    ]


def test_a_letter_says_what_happened_and_where(site: Site) -> None:
    letters: list[str] = []
    with mail_server(letters) as port:
        settings = alert_settings(
            site,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_from="till@example.com",
            smtp_to=["finance@example.com"],
        )
        assert deliver(ALERT, settings) == ("mail",)

    (letter,) = letters
    assert "Subject: [lightspeed-prima] daily_cycle failed" in letter
    assert "To: finance@example.com" in letter
    assert "skus.csv:3: product is blank" in letter
    assert "job: daily_cycle" in letter


def test_a_dead_webhook_does_not_keep_the_letter_back_and_its_address_stays_secret(site: Site) -> None:
    letters: list[str] = []
    with mail_server(letters) as port:
        settings = alert_settings(
            site,
            webhook_url="http://127.0.0.1:9/key-of-the-room",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_from="till@example.com",
            smtp_to=["finance@example.com"],
        )
        with pytest.raises(AlertError) as raised:
            deliver(ALERT, settings)

    assert len(letters) == 1
    assert "webhook: WEBHOOK: ConnectError" in str(raised.value)
    assert "key-of-the-room" not in str(raised.value)


def test_a_webhook_that_refuses_is_an_error(site: Site, webhook: Webhook) -> None:
    webhook.status = 403
    with http_server(webhook.answer) as address, pytest.raises(AlertError, match="HTTP 403"):
        deliver(ALERT, alert_settings(site, webhook_url=address))


@dg.op
def breaks() -> None:
    raise dg.Failure("MAPPINGS: skus.csv:3: product is blank")


@dg.job(name="daily_cycle", executor_def=dg.in_process_executor)
def failing_job() -> None:
    breaks()


def look_at_failed_run(
    settings: Settings, instance: dg.DagsterInstance, tags: dict[str, str] | None = None
) -> object:
    sensor = alert_sensors(lambda: settings, switched_on=True)[0]
    result = failing_job.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    return sensor(context)


def test_a_failed_run_is_told_of_with_its_reason(
    site: Site, webhook: Webhook, instance: dg.DagsterInstance
) -> None:
    with http_server(webhook.answer) as address:
        look_at_failed_run(settings_with(site, webhook_url=address), instance)

    (told,) = webhook.told
    assert told["title"] == "daily_cycle failed"
    assert "breaks: MAPPINGS: skus.csv:3: product is blank" in told["text"]
    assert told["kind"] == "failed_run"


def test_only_the_first_attempt_of_a_run_is_told_of(
    site: Site, webhook: Webhook, instance: dg.DagsterInstance
) -> None:
    with http_server(webhook.answer) as address:
        settings = settings_with(site, webhook_url=address)
        skipped = look_at_failed_run(settings, instance, {"dagster/retry_number": "1"})

    assert isinstance(skipped, dg.SkipReason)
    assert webhook.told == []


def test_without_anybody_to_tell_a_failed_run_is_skipped_with_the_reason(
    site: Site, instance: dg.DagsterInstance
) -> None:
    skipped = look_at_failed_run(site.settings(), instance)

    assert isinstance(skipped, dg.SkipReason)
    assert "no alert is configured" in str(skipped.skip_message)


class CheckWatch:
    """The sensor for checks, a check that does as it is told, and the cursor in between."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.sensor = alert_sensors(lambda: settings, switched_on=True)[1]
        self.instance = instance
        self.cursor: str | None = None

    def run(self, *, passed: bool, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR) -> None:
        @dg.asset(key=["recon", "shop_days"])
        def shop_days() -> None: ...

        @dg.asset_check(asset=shop_days, name="unexplained_is_zero")
        def unexplained() -> dg.AssetCheckResult:
            return dg.AssetCheckResult(passed=passed, severity=severity, description="1 found")

        dg.materialize([shop_days, unexplained], instance=self.instance)

    def look(self) -> str:
        result = self.sensor(dg.build_sensor_context(instance=self.instance, cursor=self.cursor))
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        return str(result.skip_reason.skip_message) if result.skip_reason else ""


@pytest.fixture
def file_instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Run status changes are read by their place in storage, so a real one."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def test_a_check_that_begins_to_fail_is_told_of_once_until_it_has_passed(
    site: Site, webhook: Webhook, file_instance: dg.DagsterInstance
) -> None:
    with http_server(webhook.answer) as address:
        watch = CheckWatch(settings_with(site, webhook_url=address), file_instance)
        watch.run(passed=False)
        assert watch.look() == "watching from now on"
        watch.run(passed=False)
        assert watch.look() == "told of 1 checks"
        assert watch.look() == "no run has ended since"
        watch.run(passed=False)
        assert watch.look() == "no check began to fail"
        watch.run(passed=True)
        assert watch.look() == "no check began to fail"
        watch.run(passed=False)
        assert watch.look() == "told of 1 checks"

    assert [told["title"] for told in webhook.told] == ["recon/shop_days:unexplained_is_zero failed"] * 2
    assert webhook.told[0]["text"].endswith("recon/shop_days:unexplained_is_zero: 1 found")


def test_a_warning_is_no_alert(site: Site, webhook: Webhook, file_instance: dg.DagsterInstance) -> None:
    with http_server(webhook.answer) as address:
        watch = CheckWatch(settings_with(site, webhook_url=address), file_instance)
        watch.look()
        watch.run(passed=False, severity=dg.AssetCheckSeverity.WARN)
        assert watch.look() == "no check began to fail"

    assert webhook.told == []


def test_an_alert_that_could_not_be_delivered_is_tried_again(
    site: Site, webhook: Webhook, file_instance: dg.DagsterInstance
) -> None:
    webhook.status = 500
    with http_server(webhook.answer) as address:
        watch = CheckWatch(settings_with(site, webhook_url=address), file_instance)
        watch.look()
        watch.run(passed=False)
        with pytest.raises(AlertError):
            watch.look()
        webhook.status = 200
        assert watch.look() == "told of 1 checks"


def test_without_anybody_to_tell_checks_are_skipped_with_the_reason(
    site: Site, instance: dg.DagsterInstance
) -> None:
    assert "no alert is configured" in CheckWatch(site.settings(), instance).look()
