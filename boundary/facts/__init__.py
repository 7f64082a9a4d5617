"""The fact vocabulary: what one file says, as written, before anything is joined.

An extractor is a pure function of (path, bytes) that yields these. A fact never names another file's contents; what a
name or a variable means is decided later, in ``boundary.resolve``. Paths inside facts are *as written*. Positions
count from 1. All types are frozen msgspec structs, tagged, so that the facts of a file serialise by themselves.

Three families: what is deployed (workloads, variables, mounts, addresses), what is declared (packages, owners,
contracts, tables), and what code does (an expression tree small enough to be evaluated symbolically, the same for
every language).
"""

from __future__ import annotations

import msgspec

from boundary.facts.code import (
    Apply,
    Assign,
    Class,
    Either,
    Evaluate,
    Expr,
    Function,
    Import,
    Item,
    Join,
    Listing,
    Look,
    Member,
    Namespace,
    Out,
    Parameter,
    Record,
    Ref,
    Return,
    Text,
    Unknown,
)
from boundary.facts.declared import (
    CatalogEntry,
    Contract,
    ContractOperation,
    Dependency,
    Generated,
    ImageBuild,
    ImageCopy,
    ImageSetting,
    ImageStage,
    Message,
    MessageField,
    OwnerRule,
    Package,
    PathAlias,
    Query,
    SchemaRight,
    Server,
    Statement,
    Submodule,
    TableMode,
    TableUse,
)
from boundary.facts.deployed import (
    Address,
    ChannelDefinition,
    Checkout,
    Component,
    Container,
    Deployment,
    Entrance,
    EventRoute,
    KeptSecret,
    Link,
    Mount,
    Port,
    Route,
    Setting,
    SharedNamespace,
    Tap,
    Telemetry,
    Upstream,
    Variable,
    VariableFile,
    VariableSource,
    VolumeDefinition,
    Workload,
)
from boundary.facts.fact import CopyOf, Fact, InvalidContract, SymbolicLink, Unreadable
from boundary.facts.guarded import (
    AccessBinding,
    AccessRole,
    AccessRule,
    AccountIdentity,
    MeshGrant,
    MeshIdentity,
    MeshRoute,
    MeshServer,
    NamespaceLabels,
    Peer,
    PodNetwork,
    Policy,
    PolicyPort,
    PolicyRule,
    Selection,
    TopicRule,
    TopicUser,
)
from boundary.facts.infra import Block, TextFile
from boundary.facts.packaged import BuildAlias, BuildScript, Installation, Packaging, Situated, Substitution

__all__ = [
    "AccessBinding",
    "AccessRole",
    "AccessRule",
    "AccountIdentity",
    "Address",
    "AnyFact",
    "Apply",
    "Assign",
    "Block",
    "BuildAlias",
    "BuildScript",
    "CatalogEntry",
    "ChannelDefinition",
    "Checkout",
    "Class",
    "Component",
    "Container",
    "Contract",
    "ContractOperation",
    "CopyOf",
    "Dependency",
    "Deployment",
    "Either",
    "Entrance",
    "Evaluate",
    "EventRoute",
    "Expr",
    "Fact",
    "FileFacts",
    "Function",
    "Generated",
    "ImageBuild",
    "ImageCopy",
    "ImageSetting",
    "ImageStage",
    "Import",
    "Installation",
    "InvalidContract",
    "Item",
    "Join",
    "KeptSecret",
    "Link",
    "Listing",
    "Look",
    "Member",
    "MeshGrant",
    "MeshIdentity",
    "MeshRoute",
    "MeshServer",
    "Message",
    "MessageField",
    "Mount",
    "Namespace",
    "NamespaceLabels",
    "Out",
    "OwnerRule",
    "Package",
    "Packaging",
    "Parameter",
    "PathAlias",
    "Peer",
    "PodNetwork",
    "Policy",
    "PolicyPort",
    "PolicyRule",
    "Port",
    "Query",
    "Record",
    "Ref",
    "Return",
    "Route",
    "SchemaRight",
    "Selection",
    "Server",
    "Setting",
    "SharedNamespace",
    "Situated",
    "Statement",
    "Submodule",
    "Substitution",
    "SymbolicLink",
    "TableMode",
    "TableUse",
    "Tap",
    "Telemetry",
    "Text",
    "TextFile",
    "TopicRule",
    "TopicUser",
    "Unknown",
    "Unreadable",
    "Upstream",
    "Variable",
    "VariableFile",
    "VariableSource",
    "VolumeDefinition",
    "Workload",
]

AnyFact = (
    Unreadable | InvalidContract | SymbolicLink | CopyOf | OwnerRule | CatalogEntry | Package | Dependency | Submodule
    | ImageStage | ImageCopy | ImageSetting | Deployment | Workload | Variable | VariableFile | VariableSource | Setting
    | Port | Mount | VolumeDefinition | SharedNamespace | Link | Address | Contract | ContractOperation | Message
    | Statement | Server | Route | Upstream | Packaging | Component | Telemetry | Tap | Block | Namespace | Import
    | Entrance | ChannelDefinition | ImageBuild
    | Function | Class | Assign | Return | Evaluate | Look
    | PathAlias | Query | SchemaRight | Generated | Policy | NamespaceLabels | AccessRole | AccessBinding
    | MeshServer | MeshRoute | MeshIdentity | MeshGrant | TopicUser
    | BuildAlias | BuildScript | Installation | TextFile | Situated | Substitution | EventRoute | AccountIdentity
    | PodNetwork | Checkout | KeptSecret
)  # fmt: skip


class FileFacts(msgspec.Struct, frozen=True):
    """All that one file says. ``formats`` names the extractors that read it; ``mark`` why it is no code of the running
    system (``test``, ``example``, ``generated``, ``vendored`` …), empty for what is."""

    path: str
    facts: tuple[AnyFact, ...] = ()
    formats: tuple[str, ...] = ()
    mark: str = ""
