"""What a syntax or edition means where nothing else is said, and how an option changes it.

Source: https://protobuf.dev/editions/features ; the older syntaxes are described there as sets of the same features.
"""

from __future__ import annotations

from collections.abc import Mapping

from boundary.contracts.protobuf.declared import Options, Presence

Features = Mapping[str, str]

_PROTO2: Features = {
    "field_presence": "EXPLICIT",
    "enum_type": "CLOSED",
    "utf8_validation": "NONE",
    "message_encoding": "LENGTH_PREFIXED",
    "json_format": "LEGACY_BEST_EFFORT",
}
_PROTO3: Features = {
    **_PROTO2,
    "field_presence": "IMPLICIT",
    "enum_type": "OPEN",
    "utf8_validation": "VERIFY",
    "json_format": "ALLOW",
}
_EDITION: Features = {**_PROTO3, "field_presence": "EXPLICIT"}
_PREFIX = "features."


def of_syntax(syntax: str) -> Features:
    """The features of ``proto2`` (also where a file says nothing), ``proto3`` or an edition."""
    return _PROTO2 if syntax in ("", "proto2") else _PROTO3 if syntax == "proto3" else _EDITION


def changed(features: Features, options: Options) -> Features:
    """The features below something that has these options."""
    own = {name[len(_PREFIX) :]: value for name, value in options.items() if name.startswith(_PREFIX)}
    return {**features, **own} if own else features


def presence(features: Features, label: str, composed: bool) -> Presence:
    """The presence of a field by its label; messages, and members of alternatives (``composed``), can always be told to
    be missing."""
    if label == "repeated":
        return "repeated"
    if label == "required" or features["field_presence"] == "LEGACY_REQUIRED":
        return "required"
    implicit = features["field_presence"] == "IMPLICIT" and label != "optional" and not composed
    return "implicit" if implicit else "explicit"
