"""Texts that are only partly known: joining, alternatives, string methods, holes for variables and settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from boundary.model import Hole, Value
from boundary.reading.places import put_in
from boundary.resolve.code.rows import Row
from boundary.resolve.code.things import NOTHING, Arguments, Known, Made, Nothing, Pairs, Several, Thing, value_of

_DEEPEST = 6
"""Keys of settings below each other."""

KEEPING = frozenset({"slice", "symbolize_keys", "deep_symbolize_keys", "to_h", "with_indifferent_access",
                     "encode", "decode", "lower", "upper", "title", "strip", "lstrip", "rstrip", "removesuffix",
                     "removeprefix", "replace", "expandtabs", "zfill", "as_posix", "unicode_string", "get_secret_value",
                     "resolve", "absolute", "geturl", "trim", "toString", "toLowerCase", "toUpperCase", "lowercase",
                     "uppercase", "intern", "orEmpty", "trimIndent", "trimMargin", "orElseThrow", "removeSuffix",
                     "removePrefix", "stripTrailing", "stripLeading", "toURI", "toURL", "toUri", "String", "trimEnd",
                     "replaceAll", "valueOf", "getString", "required", "asString", "asUrlString", "asPortNumber",
                     "asInt", "toUriString", "expand", "chomp", "delete_suffix", "delete_prefix", "squish", "dup",
                     "presence", "sub", "gsub", "downcase", "upcase", "to_str", "to_sym", "to_path", "expand_path",
                     "cleanpath", "html_safe", "itself", "scrub", "force_encoding", "trimStart"})  # fmt: skip
"""Methods that give back their text, changed in ways that matter little to a name."""


_PARTS = frozenset(
    {"name", "stem", "href", "origin", "host", "hostname", "netloc", "port", "request_uri", "path", "authority"}
)
"""Attributes of a path or a URL; the whole stands for each part, as an address it says the same."""

_KEYED = ":SecretString:"
"""What stands before a key of a secret's document in a dynamic reference."""


def joined(thing: Thing) -> Value:
    """A thing as a part of a longer text."""
    if isinstance(thing, Several) and len(thing.items) == 1:
        return value_of(thing.items[0])
    if isinstance(thing, Made) and thing.type in ("construct", "construct-part"):
        return Value((Hole("attribute", _construct(thing)),))
    return value_of(thing, thing.name.rpartition(".")[2] if isinstance(thing, Known) else "")


CONSTRUCT = "<construct>"
"""What the name of a hole begins with that a construct of the CDK fills: its class, place, id and member follow."""


def _construct(made: Made) -> str:
    """What a construct, or a member of one, is called within a text."""
    members: list[str] = []
    base: Thing | None = made
    while isinstance(base, Made) and base.type == "construct-part":
        members.insert(0, value_of(base.field("member") or base.field("method")).text or "")
        base = base.field("from")
    if not isinstance(base, Made) or base.site is None:
        return CONSTRUCT + "\x1f".join(("", "", "0", "", ".".join(members))) if members else ""
    kind, called = (value_of(base.field(name)).text or "" for name in ("construct", "id"))
    return CONSTRUCT + "\x1f".join((kind, base.site.path, str(base.site.line), called, ".".join(members)))


def either(options: list[Thing]) -> Thing:
    """The first that says anything; a variable without a default takes the next text as its default."""
    told = [option for option in options if not isinstance(option, Nothing)]
    told.sort(key=_is_parameter)
    if not told:
        return NOTHING
    first = told[0]
    if isinstance(first, Value) and len(first.parts) == 1 and len(told) > 1 and isinstance(told[1], Value):
        only = first.parts[0]
        if isinstance(only, Hole) and only.default is None:
            return Value((Hole(only.kind, only.name, told[1]),))
    return first


def _is_parameter(thing: Thing) -> bool:
    """Whether a thing is nothing but a parameter that nobody has given."""
    return isinstance(thing, Value) and len(thing.holes) == len(thing.parts) == 1 and thing.holes[0].kind == "parameter"


def picked(items: tuple[Thing, ...], index: Thing) -> Thing:
    """An element by index; for an unknown index the first one, which stands for all."""
    text = index.text if isinstance(index, Value) else None
    if text and text.lstrip("-").isdigit() and -len(items) <= int(text) < len(items):
        return items[int(text)]
    return items[0] if items else NOTHING


def method(value: Value, name: str, arguments: Arguments) -> Thing:
    """A string method."""
    known = value.text
    if name == "join" and known is not None and isinstance(arguments.get(0), Several):
        return join(known, arguments.get(0))
    if name == "join" and arguments.positional and all(isinstance(one, Value) for one in arguments.positional):
        return path(Arguments((value, *arguments.positional)), "path")  # of a path: a text joins what is in a list
    if name in ("split", "asArray"):
        separator = value_of(arguments.get(0)).text if arguments.positional else None
        return Several(tuple(Value.of(part) for part in known.split(separator or None))) if known else Several((value,))
    if name in ("format", "formatted"):
        return filled(value, arguments)
    if name == "JoinPath":
        return path(Arguments((value, *arguments.positional)), "join")
    if name == "resolve" and arguments.positional:
        below = joined(arguments.positional[0])
        return referenced(value, below) if str(below).startswith("/") else path(Arguments((value, below)), "join")
    if name in ("concat", "plus"):
        return Value.of(value, joined(arguments.get(0) or NOTHING))
    if name in ("orElse", "orElseGet", "default"):
        return either([value, arguments.get(0) or NOTHING])
    if name in ("strip", "rstrip", "lstrip"):
        return _stripped(value, name, value_of(arguments.get(0)).text if arguments.positional else None)
    return value if name in KEEPING else NOTHING if arguments.positional else attribute(value, name)


_PLACES = re.compile(r"\{(\w*)(?:[!:][^{}]*)?\}|%(?:\((\w+)\))?[-#0 +]*[\d.]*[sdifrgxvq]")


def filled(template: Value, arguments: Arguments) -> Value:
    """A template whose places (``{}``, ``{0}``, ``{name}``, ``%s``, ``%(name)s``) are filled with what is given."""
    given = iter(range(len(arguments.positional)))
    first = arguments.get(0)

    def place(found: re.Match[str]) -> Value:
        name = found[1] or found[2] or ""
        position = int(name) if name.isdigit() else next(given, None) if not name else None
        thing = arguments.get(position, name) if name or position is not None else None
        if thing is None and isinstance(first, Pairs):
            thing = first.get(name)
        return joined(thing) if thing is not None else Value((Hole("unknown", name),))

    return put_in(template, _PLACES, place)


def join(separator: str, listed: Thing | None) -> Value:
    """The items of a list as one text."""
    parts: list[str | Value] = []
    for item in listed.items if isinstance(listed, Several) else ():
        parts += [separator, joined(item)] if parts else [joined(item)]
    return Value.of(*parts)


def _stripped(value: Value, name: str, characters: str | None) -> Value:
    parts = list(value.parts)
    if parts and name != "rstrip" and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(characters)
    if parts and name != "lstrip" and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(characters)
    return Value.of(*parts)


def attribute(value: Value, name: str) -> Thing:
    """An attribute of a text or path. ``//`` at the beginning of a path stands for the workspace root."""
    if nested := setting(value, name):
        return nested
    if name == "parent":
        return folder(value)
    if name == "parents":
        above = [folder(value)]
        while len(above) < 12:
            above.append(folder(above[-1]))
        return Several(tuple(above))
    return value if name in _PARTS or (name == "pathname" and str(value).startswith("//")) else NOTHING


def setting(value: Value, key: str) -> Value | None:
    """The setting below another one: ``config["search"]["addr"]`` is ``search.addr``, and a part of a document that a
    secret holds. None for what is neither."""
    if part := _part(value, key):
        return part
    only = value.parts[0] if len(value.parts) == 1 else None
    if not isinstance(only, Hole) or only.kind != "config" or only.default is not None or not key:
        return None
    return Value((Hole("config", f"{only.name}.{key}"),))


def _part(value: Value, key: str) -> Value | None:
    """A key of the document that a dynamic reference stands for, as templates write it."""
    whole = str(value)
    if not key.isidentifier() or whole.count("{{resolve:secretsmanager:") != 1 or _KEYED in whole:
        return None
    first, last = value.parts[0], value.parts[-1]
    if not isinstance(first, str) or not isinstance(last, str) or not whole.startswith("{{") or last[-2:] != "}}":
        return None
    inner = (last[:-2], _KEYED, key, "}}")
    return Value.of(*value.parts[:-1], *inner) if len(value.parts) > 1 else Value.of(*inner)


INSIDE = frozenset({"get", "fetch", "dig"})
"""Methods that give what a section of the settings has at a key."""


def inside(section: Value, arguments: Arguments) -> Value | None:
    """The setting that keys lead to, one below the other."""
    found: Value | None = section
    for key in arguments.positional if len(arguments.positional) < _DEEPEST else ():
        found = setting(found, value_of(key).text or "") if found is not None else None
    return found if arguments.positional else None


def spread_setting(arguments: Arguments, name: str) -> Value | None:
    """A parameter's value where a whole section of the settings is spread over them: ``Client.new(**settings)``."""
    for key, thing in arguments.named:
        if not key and isinstance(thing, Value) and (told := setting(thing, name)) is not None:
            return told
    return None


def folder(value: Value) -> Value:
    """The folder of a path that is known at its end."""
    text = value.text
    if text is None or not text.startswith("/"):
        return Value((Hole("unknown", "folder"),)) if text is None else Value.of(text.rpartition("/")[0] or "..")
    return Value.of("//" + text[2:].rpartition("/")[0] if text.startswith("//") else text.rpartition("/")[0] or "/")


def referenced(base: Value, reference: Value) -> Value:
    """A reference to a URL, as a browser resolves it (RFC 3986, 5.2): one that begins with a slash leaves nothing of
    the base's path, another one all but its last segment. A base that is a hole is taken for an address without a
    path."""
    text = str(reference)
    if "://" in text[:9] or not text:
        return reference if text else base
    found = ((index, _PATH.match(part)) for index, part in enumerate(base.parts) if isinstance(part, str))
    index, path = next(((index, match) for index, match in found if match), (0, None))
    last = base.parts[-1] if base.parts else ""
    if path is None and str(base).startswith("//") and isinstance(last, str) and not text.startswith("/"):
        return Value.of(*base.parts[:-1], last.rpartition("/")[0], "/", reference)  # a file of the workspace
    if path is None:
        return Value.of(_stripped(base, "rstrip", "/"), "/", _stripped(reference, "lstrip", "/"))
    if not text.startswith("/") and isinstance(last, str) and "/" in last:
        return Value.of(*base.parts[:-1], last.rpartition("/")[0], "/", reference)
    return Value.of(*base.parts[:index], path[1], "/", _stripped(reference, "lstrip", "/"))


_PATH = re.compile(r"([a-z][a-z+]*://[^/]*|[^/]*)/(?!/)", re.IGNORECASE)
"""What stands before the path of an address, in its first text or in a text behind a hole."""


def path(arguments: Arguments, how: str) -> Value:
    """Parts of a path put together (``how`` is ``path``), the folder of one (``folder``), or a relative reference
    joined to a base URL (``join``)."""
    each = (thing.items if isinstance(thing, Several) else (thing,) for thing in arguments.positional)
    pieces = [joined(thing) for things in each for thing in things]
    if how == "join" and len(pieces) > 1 and "://" in str(pieces[1])[:9]:
        return pieces[1]
    if how == "folder":
        return folder(pieces[0]) if pieces else Value()
    whole: Value = pieces[0] if pieces else Value()
    for piece in pieces[1:]:
        absolute = how == "path" and str(piece).startswith("/")
        whole = piece if absolute else Value.of(_stripped(whole, "rstrip", "/"), "/", _stripped(piece, "lstrip", "/"))
    return whole


def address(parts: dict[str, Thing]) -> Value:
    """A URL of parts that are given by name, as far as they are given."""
    port, path = parts.get("port"), parts.get("path")
    pieces: list[str | Value] = [joined(parts.get("scheme", NOTHING)), "://", joined(parts.get("host", NOTHING))]
    if isinstance(port, Value):
        pieces += [":", port]
    if isinstance(path, Value):
        pieces += ["/", _stripped(path, "lstrip", "/")]
    return Value.of(*pieces)


def arn(parts: dict[str, Thing]) -> Value:
    """The resource name of a cloud that is put together of its parts; region and account tell nothing."""
    form, name = parts.get("form"), parts.get("name")
    between = ":" if isinstance(form, Known) and not form.name.endswith("SLASH_RESOURCE_NAME") else "/"
    service, resource = (joined(parts.get(key, NOTHING)) for key in ("service", "resource"))
    end = (between, joined(name)) if name is not None else ()
    return Value.of("arn:aws:", service, ":*:*:", resource, *end)


def whole(parts: dict[str, Thing]) -> Value:
    """The URL of a builder: the text that it began with, or its parts."""
    url = parts.get("url")
    if parts.get("host") is None:
        return queried(joined(url or NOTHING), parts)
    return address({"scheme": Value.of("http"), **parts, **({"path": url} if url is not None else {})})


def one_of(parts: dict[str, Thing]) -> Thing:
    """The first of two that says anything."""
    return either([parts.get("first", NOTHING), parts.get("second", NOTHING)])


def appended(parts: dict[str, Thing]) -> Value:
    """The URL of a builder with a path, or the segments of one, behind it."""
    segments = parts.pop("segments", None)
    path = parts.pop("path", None)
    url = parts.get("url")
    more = [joined(one) for one in segments.items] if isinstance(segments, Several) else [joined(path or NOTHING)]
    start = [url] if isinstance(url, Value) else []
    return path_of((*start, *more))


def asked(parts: dict[str, Thing]) -> Value:
    """A URL with something added to its query, by the name of it or by several (what is not known may be any)."""
    key = parts.get("key")
    names = [joined(name) for name, _ in key.entries] if isinstance(key, Pairs) else [joined(key or NOTHING)]
    whole = joined(parts.get("url", NOTHING))
    for name in names:
        whole = Value.of(whole, "&" if "?" in str(whole) else "?", name, "=", Value((Hole("unknown"),)))
    return whole


def form(parts: dict[str, Thing]) -> Value:
    """What is asked for, as a text: ``urlencode({"day": day})``. What is not all known may be anything."""
    given = parts.get("pairs")
    if not isinstance(given, Pairs) or not all(value_of(key).text for key, _ in given.entries):
        return Value((Hole("unknown"),))
    pairs = [Value.of("&" if at else "", value_of(key), "=", joined(of)) for at, (key, of) in enumerate(given.entries)]
    return Value.of(*pairs)


_QUERIES = ("query", "Query", "search", "RawQuery")


def queried(url: Value, given: dict[str, Thing]) -> Value:
    """A URL whose query is set: ``uri.query = …``."""
    query = next((given[name] for name in _QUERIES if name in given), None)
    return url if query is None else Value.of(url, "" if "?" in str(query)[:1] else "?", joined(query))


def asking(url: Value, given: Pairs, first: str = "?") -> Value:
    """A URL, or a query by itself, with the parameters that it is given one by one."""
    pairs = [
        Value.of(first if not at else "&", value_of(key), "=", joined(of)) for at, (key, of) in enumerate(given.entries)
    ]
    return Value.of(url, *pairs)


def path_of(pieces: tuple[Value, ...]) -> Value:
    """Pieces of a URL with one slash between each two."""
    found = pieces[0]
    for piece in pieces[1:]:
        found = Value.of(_stripped(found, "rstrip", "/"), "/", _stripped(piece, "lstrip", "/"))
    return found


def collected(arguments: Arguments, how: str) -> Thing:
    """The arguments as a list, or as the entries of a dictionary: key and value in turn, or pairs of them."""
    given = arguments.positional
    if how == "listing":
        return given[0] if len(given) == 1 and isinstance(given[0], Several) else Several(given)
    entries = [each.items for each in given if isinstance(each, Several)]
    if entries:
        return Pairs(tuple((each[0], each[1]) for each in entries if len(each) == 2))
    if len(given) == 1 and value_of(given[0]).text is None:  # a copy of another one; a number would be its size
        return given[0] if isinstance(given[0], Pairs) else Pairs(((NOTHING, NOTHING),))
    return Pairs(tuple(zip(given[::2], given[1::2], strict=False)))


def hole(row: Row, arguments: Arguments, receiver: Thing | None, config: Callable[[str], Thing | None]) -> Thing:
    """A variable of the environment or a setting, with its default."""
    read = dict(row.read(arguments, receiver))
    asked = value_of(read.get("key"))
    key = asked.text
    if key is None:
        open_ends = tuple(hole for hole in asked.holes if hole.kind == "parameter")
        return Value(open_ends[:1]) if open_ends else NOTHING
    under = read.get("under")
    key = f"{under}.{key}" if isinstance(under, Value) else key
    if row.effect == "config" and isinstance(receiver, Value) and (nested := setting(receiver, key)):
        key = nested.holes[0].name
    default = read.get("default")
    if row.effect == "option":
        below = receiver.field("prefix") if isinstance(receiver, Made) else None
        key = f"{below.text}.{key}" if isinstance(below, Value) and below.text else key
        return Value((Hole("config", key, _default(default) or _default(config(key))),))
    if row.effect == "config":
        found = config(key)
        if found is not None:
            return found
        return Value((Hole("config", key, default if isinstance(default, Value) else None),))
    return Value((Hole("env", key, default if isinstance(default, Value) else None),))


def _default(thing: Thing | None) -> Value | None:
    return thing if isinstance(thing, Value) and thing.parts else None


def held(told: Mapping[str, Thing], answer: Thing | None) -> Thing:
    """What a platform keeps under a name, as a dynamic reference that stacks resolve; of an answer that it gave, the
    part that is the value itself."""
    key = told.get("key")
    if key is not None and value_of(key).text not in ("Value", "SecretString"):
        return answer or NOTHING
    of = answer.field if isinstance(answer, Made) else told.get
    service, name = of("service"), of("resource")
    if not isinstance(service, Value) or not isinstance(name, Value):
        return NOTHING
    return Value.of("{{resolve:", service, ":", name, "}}")
