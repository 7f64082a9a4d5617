"""The hosts that commands wait for."""

from __future__ import annotations

import pytest

from boundary.resolve.waiting import awaited


@pytest.mark.parametrize(
    ("command", "hosts"),
    [
        ("until nc -z -w 2 rooms.inn 80; do sleep 2; done", ["rooms.inn"]),
        ("nc -zv db 5432 && ./wait-for-it.sh rooms:80 -- true", ["db", "rooms"]),
        ("until curl -sf http://rooms:8080/healthz; do :; done", ["rooms"]),
        ("until pg_isready -U desk -h desk-db -p 5432; do sleep 1; done", ["desk-db"]),
        ("nslookup rooms.inn.svc.cluster.local", ["rooms.inn.svc.cluster.local"]),
        ("dockerize -wait tcp://rooms:80 -timeout 5s", ["rooms"]),
        ("npm run migrate", []),
        ("nc -z -w", []),
    ],
)
def test_who_is_waited_for(command: str, hosts: list[str]) -> None:
    assert list(awaited(["sh", "-c", command])) == hosts


def test_a_long_command_is_read_in_no_time() -> None:
    assert list(awaited(["nc -z " * 10_000, "wget " * 10_000])) == []
