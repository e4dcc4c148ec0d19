"""The files of a sandbox below <home>/data/sandbox: where they are, and what the twins write into them.

Starting and stopping the process is in sandbox.py; what the files say comes from twins/world.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lightspeed_prima.twins.world import World

HEALTH = "/_twin/health"
"""Answered by both twins with the home and the process id they belong to."""
IDLE_SECONDS = 1800


@dataclass(frozen=True)
class WorldSize:
    """Which world a sandbox shows; the same numbers give the same world."""

    seed: int = 7
    days: int = 7
    sales_per_day: int = 40


@dataclass(frozen=True)
class SandboxPlaces:
    """Every path of one sandbox."""

    home: Path

    @property
    def data(self) -> Path:
        """Where the pipeline keeps its own files too."""
        return self.home / "data"

    @property
    def directory(self) -> Path:
        """All that belongs to the twins; starting over deletes it."""
        return self.data / "sandbox"

    @property
    def start_lock(self) -> Path:
        """Held while somebody starts or stops the twins; outside of what starting over deletes."""
        return self.data / "sandbox.lock"

    @property
    def process_lock(self) -> Path:
        """Held by the twins for as long as they run."""
        return self.directory / "twins.lock"

    @property
    def process_id(self) -> Path:
        """Process id of whoever holds `process_lock`."""
        return self.directory / "twins.pid"

    @property
    def addresses(self) -> Path:
        """Ports and world of the twins that ran last."""
        return self.directory / "twins.json"

    @property
    def log(self) -> Path:
        """What the twins print."""
        return self.directory / "twins.log"

    @property
    def config(self) -> Path:
        """The pipeline's configuration for this sandbox."""
        return self.directory / "config.toml"

    @property
    def mappings(self) -> Path:
        """The mapping files, which the user may edit."""
        return self.directory / "mappings"

    @property
    def answer_key(self) -> Path:
        """What the pipeline should arrive at."""
        return self.directory / "answer_key.json"

    @property
    def lightspeed_state(self) -> Path:
        """What the Lightspeed twin remembers."""
        return self.directory / "lightspeed.json"

    @property
    def prima_state(self) -> Path:
        """What the Prima twin has booked."""
        return self.directory / "prima.db"


@dataclass(frozen=True)
class RunningTwins:
    """Content of twins.json."""

    pid: int
    lightspeed_port: int
    prima_port: int
    world: WorldSize

    @staticmethod
    def read(places: SandboxPlaces) -> RunningTwins | None:
        """The twins that run, or ran last; None when there were none or the file is not whole."""
        try:
            content = json.loads(places.addresses.read_text(encoding="utf-8"))
            return RunningTwins(**{**content, "world": WorldSize(**content["world"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def write(self, places: SandboxPlaces) -> None:
        """Put it in place in one step, so that nobody reads half of it."""
        _replace(places.addresses, json.dumps(asdict(self), indent=2) + "\n")


def write_sandbox_files(places: SandboxPlaces, world: World, lightspeed_port: int, prima_port: int) -> None:
    """Configuration, secrets, mappings and the answer key; what the user may have edited is kept.

    The configuration is kept as long as it names the ports the twins have now, a mapping file always.
    """
    places.mappings.mkdir(parents=True, exist_ok=True)
    for name, text in world.mappings.items():
        if not (places.mappings / name).exists():
            _replace(places.mappings / name, text)
    for name, secret in world.secrets.items():
        _write_secret(places.directory / name, secret)
    if not _names_ports(places.config, lightspeed_port, prima_port):
        _replace(places.config, world.config_toml(lightspeed_port, prima_port))
    _replace(places.answer_key, json.dumps(world.answer_key.as_json(), indent=2, ensure_ascii=False) + "\n")


def _names_ports(config: Path, *ports: int) -> bool:
    if not config.exists():
        return False
    text = config.read_text(encoding="utf-8")
    return all(f"127.0.0.1:{port}/" in text or f'127.0.0.1:{port}"' in text for port in ports)


def _write_secret(path: Path, secret: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
