"""Statements of policies: patterns, and what a set of statements permits, against the words of the specification."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary.model import Value
from boundary.resolve.stacks.statements import LONGEST, Statement, data_actions, fits, is_everything, managed, permits

ACTIONS = ("s3:GetObject", "s3:PutObject", "sqs:SendMessage")
NAMES = ("arn:aws:s3:::a/x", "arn:aws:s3:::b", "arn:aws:sqs:eu:1:q")
patterns = st.text("ab:*?", max_size=8)


@given(patterns, st.text("ab:", max_size=8))
def test_patterns_mean_what_they_say(pattern: str, name: str) -> None:
    words = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    assert fits(pattern, name) == bool(re.fullmatch(words, name))


statements = st.builds(
    Statement,
    st.booleans(),
    st.lists(st.sampled_from(("s3:*", "S3:getobject", "*", "sqs:Send*")), max_size=2).map(tuple),
    st.lists(st.sampled_from(("*", "arn:aws:s3:::a/*", "arn:aws:s3:::b")), max_size=2).map(
        lambda names: tuple(Value.of(name) for name in names)
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(statements, max_size=4))
def test_one_denial_is_enough_and_what_nothing_allows_is_denied(given_: list[Statement]) -> None:
    for action in ACTIONS:
        for name in NAMES:
            expected = False
            for denial in (False, True):
                for one in given_:
                    acts = any(fits(each.lower(), action.lower()) for each in one.actions)
                    there = any(fits(str(each), name) for each in one.resources)
                    if acts != one.all_but and there != one.but and not one.conditional and one.allows != denial:
                        expected = one.allows
            assert permits(given_, action, name) == expected


def test_nothing_hangs_and_what_is_too_long_fits_nothing() -> None:
    assert not fits("*a" * 100 + "b", "a" * 250)
    assert not fits("a" * (LONGEST + 1), "a" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("pattern", "everything"),
    [
        ("*", True), ("arn:aws:s3:::*", True), ("arn:aws:dynamodb:*:*:table/*", True), ("arn:aws:s3:::a*", False),
        ("arn:aws:ssm:eu:1:parameter/*", True), ("", False), ("arn:aws:s3:::{name}", False),
    ],
)  # fmt: skip
def test_a_pattern_that_names_nothing_means_everything(pattern: str, everything: bool) -> None:
    assert is_everything(pattern) == everything


def test_what_the_platform_manages_is_known_by_its_name() -> None:
    assert managed("arn:aws:iam::aws:policy/AmazonS3FullAccess") == "s3:*"
    assert managed("arn:aws:iam::aws:policy/ReadOnlyAccess") == ""
    assert "dynamodb:GetItem" in data_actions("dynamodb")
    assert data_actions("ec2") == ()
