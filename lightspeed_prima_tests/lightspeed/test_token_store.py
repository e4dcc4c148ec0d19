"""The token store survives a torn write and keeps secrets to itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lightspeed_prima.lightspeed.token_store import StoredToken, TokenStore


def token(generation: int) -> StoredToken:
    return StoredToken(
        f"access-{generation}", f"refresh-{generation}", datetime(2026, 11, 9, tzinfo=UTC), "x", generation
    )


def filled(directory: Path, *generations: int) -> TokenStore:
    store = TokenStore(directory, "ie")
    with store.locked():
        for generation in generations:
            store.keep(token(generation))
    return store


def test_the_newest_token_is_read_back_by_another_process(tmp_path: Path) -> None:
    filled(tmp_path, 1, 2, 3)

    assert TokenStore(tmp_path, "ie").newest() == token(3)


def test_a_torn_newest_slot_leaves_the_token_before_it(tmp_path: Path) -> None:
    store = filled(tmp_path, 1, 2)
    slot = tmp_path / "ie.a.json"  # even generations
    slot.write_bytes(slot.read_bytes()[:-20])

    assert store.newest() == token(1)


def test_a_slot_whose_content_was_changed_is_not_trusted(tmp_path: Path) -> None:
    store = filled(tmp_path, 1, 2)
    slot = tmp_path / "ie.a.json"
    slot.write_text(slot.read_text().replace("refresh-2", "refresh-9"))

    assert store.newest() == token(1)


def test_only_the_owner_may_read_the_tokens(tmp_path: Path) -> None:
    filled(tmp_path, 1, 2)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.json")}

    assert modes == {"ie.a.json": 0o600, "ie.b.json": 0o600}


def test_accounts_do_not_share_a_file(tmp_path: Path) -> None:
    filled(tmp_path, 1)

    assert TokenStore(tmp_path, "uk").newest() is None
