"""What users are told: what went wrong, where, and what to do."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from boundary import errors
from boundary.errors import NOTHING, WRONG, UserError, nearest, suggestion

RULES = [f"DAT{number:03}" for number in range(1, 30)] + ["foreign-table-read", "foreign-table-write"]


def test_all_of_a_message_in_one_text() -> None:
    assert str(UserError("no", where="boundary.toml:3", hint="Do it.")) == "boundary.toml:3: no\nDo it."
    assert str(UserError("no")) == "no"


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("dat001", RULES, ["DAT001"]),
        ("foreign-table-raed", RULES, ["foreign-table-read", "foreign-table-write"]),
        ("table", RULES, ["foreign-table-read", "foreign-table-write"]),
        ("orders", ["Orders", "payments"], ["Orders"]),
        ("xyz", RULES, []),
        ("da", ["data"], ["data"]),
        ("", RULES, []),
    ],
)
def test_nearest_names(name: str, known: list[str], found: list[str]) -> None:
    assert nearest(name, known) == found


@pytest.mark.parametrize(
    ("name", "known", "elsewhere", "said"),
    [
        ("ordrs", ["orders", "payments"], "", "Did you mean orders?"),
        ("DAT00", ["DAT001", "DAT002", "DAT003"], "", "Did you mean DAT003, DAT002 or DAT001?"),
        ("x", ["orders", "payments"], "See the list.", "Known: orders, payments."),
        ("x", [], "See the list.", "See the list."),
        ("x", RULES, "See the list.", "See the list."),
        (
            "x",
            [f"n{n:02}" for n in range(14)],
            "",
            "Known: n00, n01, n02, n03, n04, n05, n06, n07, n08, n09, n10, n11 and 2 more.",
        ),
    ],
)
def test_suggestions(name: str, known: list[str], elsewhere: str, said: str) -> None:
    assert suggestion(name, known, elsewhere) == said


MESSAGES = [
    one
    for name, one in inspect.getmembers(errors, inspect.isfunction)
    if one.__module__ == errors.__name__ and inspect.signature(one).return_annotation == "UserError"
]


@pytest.mark.parametrize("make", MESSAGES, ids=lambda one: one.__name__)
def test_every_message_says_what_to_do(make: Callable[..., UserError]) -> None:
    needed = [one for one in inspect.signature(make).parameters.values() if one.default is inspect.Parameter.empty]
    values = {"int": 3, "Iterable[str]": ["one", "two"]}
    error = make(*(values.get(str(one.annotation), f"the-{one.name}") for one in needed))
    assert error.message[0].islower() or error.message.startswith("the-")
    assert not error.message.endswith(".")
    assert error.hint == "" or error.hint[-1] in ".?)`"
    assert error.hint or make is errors.configuration
    assert error.status == (NOTHING if make is errors.nothing_analysed else WRONG)


def test_nothing_analysed_says_whether_there_was_something() -> None:
    assert "no files" in errors.nothing_analysed(["shop"], 0).message
    assert "none of its 7 files" in errors.nothing_analysed(["shop"], 7).message
