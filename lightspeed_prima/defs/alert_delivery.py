"""Brings an alert to people: a webhook, mail, or both, as the settings say.

What does not belong here: what is worth an alert (alerts.py). Knows nothing of Dagster.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.settings import AlertSettings

_TIMEOUT_SECONDS = 20
_CONNECTION_RETRIES = 2


class AlertError(PipelineError):
    """An alert did not reach everybody it was meant for."""


@dataclass(frozen=True)
class Alert:
    """What happened, in a line and in full; `facts` are for machines."""

    title: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)


def is_configured(settings: AlertSettings) -> bool:
    """Whether anybody wants to be told."""
    return settings.webhook_url is not None or bool(settings.smtp_host and settings.smtp_to)


def deliver(alert: Alert, settings: AlertSettings) -> tuple[str, ...]:
    """Sends the alert every way that is configured and names them; AlertError when one of them failed."""
    ways = [("webhook", _post)] if settings.webhook_url is not None else []
    ways += [("mail", _mail)] if settings.smtp_host and settings.smtp_to else []
    delivered, problems = [], []
    for way, send in ways:
        try:
            send(alert, settings)
            delivered.append(way)
        except (OSError, smtplib.SMTPException, PipelineError) as problem:
            problems.append(f"{way}: {problem or type(problem).__name__}")
    if problems:
        raise AlertError(
            "ALERT_NOT_DELIVERED",
            f"'{alert.title}' did not go out: {'; '.join(problems)}",
            next_step="check the section [alerts] of the configuration",
        )
    return tuple(delivered)


def _post(alert: Alert, settings: AlertSettings) -> None:
    """One JSON object; `text` is what chat services show."""
    import httpx

    if settings.webhook_url is None:
        return
    body = {"title": alert.title, "text": f"{alert.title}\n{alert.text}", **alert.facts}
    # A failed run is told of once, so a hiccup of the network must not swallow it.
    patient = httpx.HTTPTransport(retries=_CONNECTION_RETRIES)
    try:
        with httpx.Client(transport=patient, timeout=_TIMEOUT_SECONDS) as http:
            response = http.post(settings.webhook_url.get_secret_value(), json=body)
    except httpx.HTTPError as problem:
        # The address is a secret: many webhooks carry their key in it.
        raise AlertError("WEBHOOK", type(problem).__name__) from None
    if not response.is_success:
        raise AlertError("WEBHOOK", f"the webhook answered HTTP {response.status_code}")


def _mail(alert: Alert, settings: AlertSettings) -> None:
    message = EmailMessage()
    message["Subject"] = f"[lightspeed-prima] {alert.title}"
    message["From"] = settings.smtp_from or f"lightspeed-prima@{settings.smtp_host}"
    message["To"] = ", ".join(settings.smtp_to)
    facts = "\n".join(f"{name}: {value}" for name, value in alert.facts.items())
    message.set_content(f"{alert.text}\n\n{facts}\n")
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT_SECONDS) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        server.send_message(message)
