"""Go templates: what they give, which line it comes from, and that no template takes more than it should."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from timing import within

from boundary.reading.gotemplate import Renderer, TemplateError, parse

VALUES = {
    "name": "Loans-Service",
    "on": True,
    "off": False,
    "count": 3,
    "share": 0.5,
    "nothing": None,
    "empty": "",
    "image": {"repository": "registry.example/loans", "tag": "v3"},
    "env": {"B": "2", "A": "x y"},
    "hosts": ["a.example", "b.example"],
    "deep": {"a": {"b": {"c": "found"}}},
    "text": "{{ .Values.name | lower }}!",
    "lines": "one\ntwo",
}

GIVES = [
    # actions, white space, comments
    ("a {{ .Values.name }} b", "a Loans-Service b"),
    ("a  {{- ` x ` -}}  b", "a x b"),
    ("a{{/* never {{ here */}}b", "ab"),
    ("a\n{{- /* gone */ -}}\nb", "ab"),
    ('{{ "}}" }}{{ `{{` }}', "}}{{"),
    ("{{ .Values.nothing }}{{ .Values.absent.deeper }}|", "|"),
    ("{{ .Values.count }} {{ .Values.share }} {{ .Values.on }}", "3 0.5 true"),
    ("{{ .Values.hosts }} {{ .Values.env }}", "[a.example b.example] map[A:x y B:2]"),
    # blocks and variables
    ("{{ if .Values.off }}1{{ else if .Values.on }}2{{ else }}3{{ end }}", "2"),
    ("{{ if and .Values.on (not .Values.off) }}1{{ end }}", "1"),
    ("{{ if or .Values.empty .Values.nothing }}1{{ else }}2{{ end }}", "2"),
    ("{{ with .Values.image }}{{ .tag }} {{ $.Values.count }}{{ end }}", "v3 3"),
    ("{{ with .Values.nothing }}1{{ else }}2{{ end }}", "2"),
    ("{{ range .Values.hosts }}{{ . }};{{ end }}", "a.example;b.example;"),
    ("{{ range $i, $h := .Values.hosts }}{{ $i }}={{ $h }};{{ end }}", "0=a.example;1=b.example;"),
    ("{{ range $k, $v := .Values.env }}{{ $k }}={{ $v }};{{ end }}", "A=x y;B=2;"),
    ("{{ range .Values.nothing }}1{{ else }}none{{ end }}", "none"),
    ("{{ range until 9 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if gt . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}", "0134"),
    ("{{ $x := 1 }}{{ if .Values.on }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
    ("{{ $x := 1 }}{{ if .Values.on }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
    # templates
    ('{{ define "n" }}<{{ . }}>{{ end }}{{ include "n" .Values.count | quote }}{{ template "n" 4 }}', '"<3>"<4>'),
    ('{{ block "b" .Values.image }}{{ .tag }}{{ end }}', "v3"),
    ("{{ tpl .Values.text . }}", "loans-service!"),
    ('{{ include "absent" . }}|', "|"),
    # texts
    ('{{ printf "%s:%d %5.2f %q %v %%" .Values.name 7 1.5 "x" true }}', 'Loans-Service:7  1.50 "x" true %'),
    ('{{ .Values.name | lower | replace "-" "_" | trunc 5 | upper }}', "LOANS"),
    ('{{ "loans-" | trimSuffix "-" }}{{ trimAll "/" "/a/" }}{{ trunc -2 "abc" }}', "loansabc"),
    ('{{ quote "a" 1 }} {{ squote "b" }}', '"a" "1" \'b\''),
    ('{{ default "d" .Values.empty }} {{ .Values.count | default 9 }}', "d 3"),
    ('{{ ternary "y" "n" .Values.on }}{{ coalesce .Values.nothing "" "c" }}', "yc"),
    ("x:{{ .Values.lines | nindent 2 }}", "x:\n  one\n  two"),
    ('{{ contains "Serv" .Values.name }}{{ hasPrefix "X" "Y" }}{{ hasSuffix "e" "e" }}', "truefalsetrue"),
    ('{{ regexReplaceAll "[^a-z]+" "a1b2" "-" }} {{ regexMatch "^v" "v1" }}', "a-b- true"),
    ('{{ "loanService" | kebabcase }} {{ "loan-service" | camelcase }} {{ "loanService" | snakecase }}', "loan-service LoanService loan_service"),
    ('{{ "loans" | b64enc }} {{ "bG9hbnM=" | b64dec }}', "bG9hbnM= loans"),
    ('{{ "x" | sha256sum | trunc 6 }}', "2d7116"),
    ('{{ join "," .Values.hosts }} {{ splitList "." "a.b" | last }} {{ (split "." "a.b")._0 }}', "a.example,b.example b a"),
    # collections
    ("{{ index .Values.hosts 1 }} {{ index .Values.deep \"a\" \"b\" \"c\" }} {{ index .Values.hosts 9 }}", "b.example found "),
    ('{{ $d := dict "a" 1 "b" (list 1 2) }}{{ set $d "c" 3 | len }} {{ hasKey $d "a" }} {{ get $d "z" }}|', "3 true |"),
    ('{{ dig "a" "b" "c" "no" .Values.deep }} {{ dig "a" "x" "no" .Values.deep }}', "found no"),
    ('{{ (merge (dict "a" 1) (dict "a" 2 "b" 3)).a }}{{ (mergeOverwrite (dict "a" 1) (dict "a" 2)).a }}', "12"),
    ("{{ keys .Values.env | sortAlpha | join \" \" }} {{ list 3 1 | first }} {{ has 1 (list 1) }}", "A B 3 true"),
    ("{{ concat (list 1) (list 2) | reverse }} {{ uniq (list 1 1) }} {{ without (list 1 2) 1 }}", "[2 1] [1] [2]"),
    # numbers and comparing
    ("{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ int \"12\" }}", "6 3 6 3 1 12"),
    ('{{ eq "a" "b" "a" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ ge 2 2 }} {{ gt "b" "a" }}', "true true true true true"),
    ('{{ semverCompare ">=1.19-0" "v1.30.0" }} {{ semverCompare "<1.21" "1.30.0" }} {{ semverCompare "^1.2 || 3.x" "3.4.0" }}', "true false true"),
    ("{{ kindIs \"map\" .Values.env }} {{ kindOf .Values.count }} {{ typeOf .Values.name }}", "true int string"),
    # encodings
    ("{{ toYaml .Values.image }}", "repository: registry.example/loans\ntag: v3"),
    ('{{ toYaml (dict "a" (list 1 (dict "b" "true" "c" "")) "d" (dict) "e" "a: b") }}', 'a:\n- 1\n- b: "true"\n  c: ""\nd: {}\ne: "a: b"'),
    ("{{ toJson .Values.hosts }} {{ (fromYaml \"a: {b: 1}\").a.b }}", '["a.example","b.example"] 1'),
    # the same that fail otherwise, paths, URLs, pieces
    ('{{ mustToJson (mustAppend (list 1) 2) }} {{ range (`[{"n": "a"}]` | mustFromJson) }}{{ .n }}{{ end }}', "[1,2] a"),
    ('{{ base "/a/b.c/" }} {{ dir "/a/b" }} {{ dir "a" }} {{ ext "a.b" }} {{ clean "a//b/.." }} {{ isAbs "/a" }}', "b.c /a . .b a true"),
    ('{{ with urlParse "https://u:p@h:1/x?q=1#f" }}{{ .hostname }} {{ .host }} {{ .path }} {{ urlJoin . }}{{ end }}', "h h:1 /x https://u:p@h:1/x?q=1#f"),
    ('{{ (urlParse "http://[").host }}|{{ urlJoin 1 }}|{{ urlJoin (dict "host" "h" "path" "/p") }}', "||h/p"),
    ('{{ seq 3 }}, {{ seq 2 4 }}, {{ seq 0 2 4 }}, {{ seq 2 0 }}, {{ seq 0 0 1 }}, {{ seq }}', "1 2 3, 2 3 4, 0 2 4, 2 1 0, , "),
    ('{{ (splitn "$" 2 "a$b$c")._1 }} {{ (splitn "" 2 "a")._0 }} {{ initials "a bc" }} {{ plural "one" "many" 2 }}{{ plural "one" "many" 1 }}', "b$c a ab manyone"),
    ('{{ all 1 "" }} {{ any 0 "x" }} {{ swapcase "aB" }} {{ deepEqual (list 1) (list 1) }} {{ wrap 5 "a b" }}{{ wrapWith 5 "-" "c" }}', "false true Ab true a bc"),
    ('{{ regexFindAll "[a-z]" "a1b" -1 }} {{ regexFindAll "[a-z]" "a1b" 1 }} {{ regexFindAll "(a+)+" "a" }} {{ regexSplit "-" "a-b" -1 }} {{ regexSplit "(a+)+" "a" }}', "[a b] [a] [] [a b] [a]"),
    ('{{ divf 7 2 }} {{ divf 1 0 }} {{ subf 1.5 1 }} {{ maxf 1 2.5 }} {{ minf 1 2 }} {{ add1f 1 }} {{ 0x1p4 | int }} {{ 0xzz }} {{ toString .Values.nothing }}', "3.5 0 0.5 2.5 1 2 16 0 <nil>"),
    # what is not known
    ('{{ lookup "v1" "Secret" "" "x" }}{{ randAlphaNum 5 }}{{ .Files.Get "x" }}{{ frobnicate 1 }}|', "map[]|"),
    ("{{ trunc }}{{ index }}{{ printf }}|", "|"),
]  # fmt: skip


def rendered(source: str, **more: Any) -> Any:
    template = parse(source)
    return Renderer(template.defined).render(template.body, {"Values": VALUES, **more})


@pytest.mark.parametrize(("source", "result"), GIVES)
def test_gives(source: str, result: str) -> None:
    assert rendered(source).text == result


def test_a_line_of_the_result_has_the_line_that_it_comes_from() -> None:
    source = (
        "{{- if .Values.on -}}\nkind: Pod\n{{- end }}\nenv:\n{{- range $k, $v := .Values.env }}\n"
        "  {{ $k }}: {{ $v }}\n{{- end }}\nimage:\n  {{- toYaml .Values.image | nindent 2 }}\nlast: 1\n"
    )
    made = rendered(source)
    told = [(made.lines[at], line) for at, line in enumerate(made.text.split("\n"), 1) if line]
    assert told == [
        (2, "kind: Pod"), (4, "env:"), (6, "  A: x y"), (6, "  B: 2"),
        (8, "image:"), (9, "  repository: registry.example/loans"), (9, "  tag: v3"), (10, "last: 1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("a\n{{ if }}", 2, "a command is missing"),
        ("{{ if .a }}\n", 1, "if without its end"),
        ("\n\n{{ end }}", 3, "end without a beginning"),
        ("{{ else }}", 1, "else without its if"),
        ("x\n{{ .a", 2, "an action that is not closed"),
        ("{{ (a }}", 1, "a parenthesis that is not closed"),
        ("{{ template }}", 1, "a name in quotes is missing"),
        ("{{ a ) }}", 1, "words that are no part of a pipeline"),
        ("{{ ? }}", 1, "a word that is none of a template"),
    ],
)
def test_what_is_no_template_is_refused(source: str, line: int, reason: str) -> None:
    with pytest.raises(TemplateError) as error:
        parse(source)
    assert (error.value.line, str(error.value)) == (line, reason)


@pytest.mark.timed
@pytest.mark.parametrize(
    "source",
    [
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ define "a" }}{{ include "b" . }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ tpl (printf "%s" .Values.self) . }}',
        "{{ range until 9999 }}{{ range until 9999 }}{{ end }}{{ end }}",
        '{{ $x := "ab" }}{{ range until 60 }}{{ $x = printf "%s%s" $x $x }}{{ end }}',
        '{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}',
        '{{ $d := dict }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toYaml $d }}',
        '{{ $d := dict }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ $d }}',
        '{{ $d := dict }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ eq $d (deepCopy $d) }}',
        '{{ $d := dict }}{{ $e := set $d "a" $d }}{{ toJson $d }}',
        "{{ repeat 999999999 \"x\" }}",
        "{{ untilStep 0 999999999 1 }}",
        "{{ if .a }}" * 5000 + "{{ end }}" * 5000,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ range until 9999 }}" + "x" * 4000 + "{{ end }}",
    ],
)  # fmt: skip
def test_what_takes_too_much_is_refused_soon(source: str) -> None:
    with within(20):
        with pytest.raises(TemplateError) as error:
            template = parse(source)
            Renderer(template.defined).render(template.body, {"Values": {**VALUES, "self": "{{ tpl .Values.self . }}"}})
        assert error.value.what in ("size", "depth")


@pytest.mark.timed
@pytest.mark.parametrize("source", ['{{ regexMatch "(a+)+$" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" }}', "{{ `" + "{{" * 50_000,
                                    "{{/*" + "*" * 100_000, '{{ "' + "\\" * 100_001, "{{" * 50_000])  # fmt: skip
def test_hostile_texts_end_soon(source: str) -> None:
    with within(5), suppress(TemplateError):
        rendered(source)
