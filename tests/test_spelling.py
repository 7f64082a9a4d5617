"""Names without versions and without the parts that processes play."""

from __future__ import annotations

import pytest

from boundary.resolve.spelling import generic, stem, version


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("ads", "ads"),
        ("ads-v2", "ads"),
        ("ads_v2_1", "ads"),
        ("ads-2.1.0", "ads"),
        ("ads-service-fixed", "ads-service"),
        ("store-broken-no-instrumentation", "store"),
        ("v2", "v2"),
        ("-1", "-1"),
        ("s3", "s3"),
        ("orders2", "orders2"),
        ("a" + "-1" * 5000, "a"),
    ],
)
def test_versions_are_taken_off(name: str, plain: str) -> None:
    assert version(name) == plain


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("orders", "orders"),
        ("orders-worker", "orders"),
        ("orders_celery_beat", "orders"),
        ("orders-api-v2", "orders"),
        ("srv-geo", "geo"),
        ("svc", "svc"),
        ("worker", ""),
        ("outbox-relay", ""),
        ("network", "network"),
        ("webhooks-api", "webhooks"),
    ],
)
def test_parts_are_taken_off(name: str, plain: str) -> None:
    assert stem(name) == plain


def test_names_that_every_system_has() -> None:
    assert [generic(name) for name in ("web", "frontend", "Gateway-v2", "orders")] == [True, True, True, False]
