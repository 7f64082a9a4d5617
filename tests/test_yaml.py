"""The YAML reader: positions, raw scalars, anchors and merges, and texts that are made to harm."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import within

from boundary.reading import yaml
from boundary.reading.yaml import MISSING, Node, Templated, YamlError, document, documents


def test_every_node_has_its_place() -> None:
    node = document("a:\n  b: [x, 'y z']\n# note\nc: |\n  two\n  lines\n")
    items = node.get("a", "b").items
    assert [(item.text, item.line, item.column, item.quoted) for item in items] == [
        ("x", 2, 7, False),
        ("y z", 2, 10, True),
    ]
    assert [(key.text, key.line, key.column) for key, _ in node.pairs] == [("a", 1, 1), ("c", 4, 1)]
    assert node.get("c").text == "two\nlines\n"


def test_scalars_stay_as_written() -> None:
    text = "on: yes\ntime: 12:30\noctal: 010\nport: 8080\ntilde: ~\nquoted: 'null'\ntext: !!str null\nref: !Ref Table\n"
    node = document(text)
    assert node.plain() == {
        "on": "yes",
        "time": "12:30",
        "octal": "010",
        "port": "8080",
        "tilde": None,
        "quoted": "null",
        "text": "null",
        "ref": "Table",
    }
    assert node.get("ref").tag == "!Ref"
    assert node.get("on").flag
    assert not node.get("time").flag
    assert (node.get("port").number, node.get("time").number) == (8080, None)


def test_asking_needs_no_looking_first() -> None:
    node = document("a: {b: [1, null, {c: 2}]}\nempty:\n")
    assert node.get("a", "x", "y") is MISSING
    assert not MISSING
    assert MISSING.strings == ()
    assert (node.get("empty").string, bool(node.get("empty"))) == ("", False)
    assert node.get("a", "b").strings == ("1",)
    assert node.get("a", "b").items[2].get("c").strings == ("2",)
    assert node.get("a", "b").plain() == ["1", None, {"c": "2"}]


def test_documents_may_be_many_or_none() -> None:
    assert documents("") == ()
    assert document("# only a note\n") is MISSING
    found = documents("--- a\n---\nb: &x 1\n--- {c: 2}\n...\n")
    assert [node.plain() for node in found] == ["a", {"b": "1"}, {"c": "2"}]


def test_duplicate_keys_are_kept_and_the_last_one_counts() -> None:
    node = document("a: 1\nb: 2\na: 3\n")
    assert [(key.text, value.text) for key, value in node.pairs] == [("a", "1"), ("b", "2"), ("a", "3")]
    assert node.get("a").text == "3"
    assert node.plain() == {"a": "3", "b": "2"}


def test_an_alias_is_the_node_of_its_anchor() -> None:
    node = document("a: &x {k: v}\nb: *x\nc: &y 7\nd: [*y, *x]\n")
    assert node.get("b") is node.get("a")
    assert node.get("d").plain() == ["7", {"k": "v"}]


def test_merged_entries_stand_where_they_are_written() -> None:
    text = "one: &one\n  a: 1\n  b: 1\ntwo: &two\n  b: 2\n  c: 2\nboth:\n  <<: [*one, *two]\n  a: 3\n"
    both = document(text).get("both")
    assert [(key.text, value.text, key.line) for key, value in both.pairs] == [
        ("a", "3", 9),
        ("b", "1", 3),
        ("c", "2", 6),
    ]


@pytest.mark.parametrize("text", ['"<<": {a: 1}', "<<: word", "<<: [{a: 1}, word]", "<<:"])
def test_what_is_no_merge_stays_a_key(text: str) -> None:
    assert [key.text for key, _ in document(text).pairs] == ["<<"]


def test_json_is_read_too() -> None:
    node = document('{"a":\t[1,\n\t true, null], "b": "\\ud83d\\ude00\\u00e9", "c": "\x7f"}')
    assert node.plain() == {"a": ["1", "true", None], "b": "😀é", "c": " "}
    assert node.get("a").items[1].line == 2


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("a: 1\n\tb: 2\n", "syntax", 2),
        ("a: [1,\n", "syntax", 2),
        ("a: *nowhere\n", "syntax", 1),
        ("a: 1\n b: 2\n", "syntax", 2),
        ("ok: 1\na: \x01\n", "encoding", 2),
        ("ok: 1\na: \ud800\n", "encoding", 2),
        ("x: 1\na: &a\n  - *a\n", "depth", 3),
        ("[" * 10_000, "depth", 1),
        ("- " * 10_000, "depth", 1),
        ("? " * 10_000, "depth", 1),
        ("{a: " * 10_000, "depth", 1),
        ("\n".join(" " * depth + "a:" for depth in range(2000)), "depth", 201),
    ],
)
def test_what_cannot_be_read_says_why_and_where(text: str, what: str, line: int) -> None:
    with pytest.raises(YamlError) as caught:
        documents(text)
    assert (caught.value.what, caught.value.line) == (what, line)
    assert str(caught.value)
    assert not isinstance(caught.value, Templated)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: {{ .Values.x }}\n", 2),
        ("a: 1\n{{- if .Values.x }}\nb: 1\n{{- end }}\n", 2),
        ("{% if x %}\na: 1\n{% endif %}\n", 1),
        ("a: 1\n%{ if x }\nb: 2\n%{ endif }\n", 2),
        ("a: 1\n<% if x %>\n b: 2\n", 2),
    ],
)
def test_templates_are_told_from_broken_texts(text: str, line: int) -> None:
    with pytest.raises(Templated) as caught:
        documents(text)
    assert (caught.value.what, caught.value.line) == ("syntax", line)


def test_what_maven_fills_in_is_a_scalar() -> None:
    node = document("a: @project.version@-x\nb: [1, @c.d@]\ne:\n- @f@\n")
    assert node.plain() == {"a": "@project.version@-x", "b": ["1", "@c.d@"], "e": ["@f@"]}
    assert (node.get("b").items[1].line, node.get("b").items[1].column) == (2, 8)
    for text in ("a: @b@\nc: [", "a: @b\n"):
        with pytest.raises(YamlError) as caught:
            document(text)
        assert not isinstance(caught.value, Templated)


def test_quoted_placeholders_make_no_template() -> None:
    node = document("a: '{{ x }}'\nb: ${{ y }}\nc: <%= z %>\nd: { {k: 1}: 2}\n")
    assert [node.get(key).text for key in "abc"] == ["{{ x }}", "${{ y }}", "<%= z %>"]
    assert node.get("d").kind == "mapping"


def _bomb(pattern: str, levels: int) -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {pattern.replace('@', f'*a{n - 1}').replace('#', str(n))}" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.timed
@pytest.mark.parametrize(
    ("text", "what"),
    [
        (_bomb("[@, @, @, @, @, @, @, @, @]", 40), "size"),
        (_bomb("{<<: [@, @, @, @, @, @, @, @, @], y#: 1}", 40), "size"),
        (_bomb("[@]", 5000), "depth"),
    ],
)
def test_aliases_cannot_make_a_small_text_large(text: str, what: str) -> None:
    with within(5):
        with pytest.raises(YamlError) as caught:
            documents(text)
        assert caught.value.what == what


def test_many_aliases_of_one_anchor_are_fine() -> None:
    text = "base: &base {a: 1, b: 2}\n" + "".join(f"s{number}:\n  <<: *base\n" for number in range(2000))
    node = document(text)
    assert len(node.pairs) == 2001
    assert node.get("s1999", "b").text == "2"


def test_collection_is_left_as_it_was() -> None:
    document("collected: 1\n")
    assert gc.isenabled()
    gc.disable()
    try:
        document("collected: 2\n")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_pure_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x [1, 'two', {k: !Ref v}]\nb: *x\nc:\n  - |\n    text\n# the pure reader\n"
    expected = _all(document(text))
    monkeypatch.delattr(pyyaml, "CSafeLoader")
    assert _all(document(text + "\n")) == expected


def test_pyyaml_is_only_loaded_to_parse() -> None:
    import subprocess

    code = "import sys, boundary.reading.yaml; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _all(node: Node) -> Any:
    inside = [_all(item) for item in node.items], [(_all(key), _all(value)) for key, value in node.pairs]
    return node.kind, node.line, node.column, node.tag, node.text, node.quoted, inside


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f\x85"), max_size=12)
DATA = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4))


def _texts(node: Node) -> Any:
    if node.kind == "mapping":
        return {key.text: _texts(value) for key, value in node.pairs}
    return [_texts(item) for item in node.items] if node.kind == "sequence" else node.text


@settings(max_examples=150, deadline=None)
@given(data=DATA, flow=st.booleans())
def test_what_pyyaml_writes_is_read_as_its_plainest_loader_does(data: Any, flow: bool) -> None:
    text = pyyaml.dump(data, default_flow_style=flow, allow_unicode=True, width=60)
    assert _texts(document(text)) == pyyaml.load(text, Loader=pyyaml.BaseLoader) == data


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("a: -[]{},&*!|>'\"#?<%\n\t{}\x00é"), max_size=60))
def test_no_text_does_more_than_raise_its_error(text: str) -> None:
    try:
        found = documents(text)
    except YamlError as error:
        assert error.line >= 1
    else:
        assert all(node.kind in ("scalar", "mapping", "sequence") for node in found)


@pytest.mark.timed
def test_a_large_text_is_read_in_time() -> None:
    text = "".join(f"key{number}: {{a: 1, b: [x, y]}}\n" for number in range(20_000))
    with within(10):
        assert len(yaml.document(text).pairs) == 20_000
