"""How much work it is to follow code, counted in expressions and not in seconds: twice the program is twice the work."""

from __future__ import annotations

from boundary.extract import extract, extractors
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.program import Program
from boundary.source import Source

_PART = """package main

import "net/http"

type Part{0} struct {{
	next   *Part{1}
	other  *Part{2}
	config *Config
	url    string
	log    Logger
}}

func NewPart{0}(next *Part{1}, other *Part{2}, config *Config, url string, log Logger) *Part{0} {{
	return &Part{0}{{next: next, other: other, config: config, url: url, log: log.With(url)}}
}}

func (p *Part{0}) Make{1}(url string, log Logger) *Part{1} {{
	return NewPart{1}(p.next.next, p.other.other, p.config, p.url, p.log.With(url))
}}

func (p *Part{0}) Make{2}(url string, log Logger) *Part{2} {{
	return NewPart{2}(p.next.other, p.other.next, p.config, url, log)
}}

func (p *Part{0}) Send(name string) {{
	p.log.Info(name, p.url)
	made := p.Make{1}(name, p.log)
	made.Send(p.url)
	p.next.Make{2}(name, p.log).Send(name)
	http.Get(p.other.url + name)
}}
"""

_RING = """package main

type Config struct { Path string }

type Logger interface { Info(what ...string); With(what string) Logger }

func main() {
	part := NewPart0(nil, nil, &Config{Path: "/parts"}, "http://parts", nil)
	part.Send("first")
}
"""

_LAYER = """package main

import "net/http"

type Layer{0} struct {{
	left, right *Layer{1}
	url string
}}

func NewLayer{0}(left, right *Layer{1}, url string) *Layer{0} {{
	return &Layer{0}{{left: left, right: right, url: url}}
}}

func (l *Layer{0}) Send(name string) {{
	l.left.Send(name)
	l.right.Send(l.url)
	http.Get(l.url + name)
}}
"""


def _all(_importer: str, _path: str) -> bool:
    return True


def _effort(texts: dict[str, str]) -> float:
    """How many expressions are evaluated for a program, for each of its facts."""
    files = [extract(Source(path, text.encode()), extractors()) for path, text in sorted(texts.items())]
    evaluator = Evaluator(Program(files, _all))
    for path in sorted(texts):
        evaluator.effects(path)
    assert evaluator.exhausted is None
    return evaluator.steps / evaluator.program.size


def _ring(parts: int) -> dict[str, str]:
    """Structs that make each other, in a ring."""
    texts = {f"part{n}.go": _PART.format(n, (n + 1) % parts, (n + 3) % parts) for n in range(parts)}
    return texts | {"main.go": _RING}


def _layers(layers: int) -> dict[str, str]:
    """Structs that share what they hold: each twice the one below, which holds twice another one."""
    texts = {f"layer{n}.go": _LAYER.format(n, n + 1) for n in range(layers)}
    made = [f"\tl{n} := NewLayer{n}(l{n + 1}, l{n + 1}, url)" for n in reversed(range(layers))]
    lines = ["package main", f"type Layer{layers} struct {{}}", "func main() {", '\turl := os.Getenv("URL")']
    lines += [f"\tl{layers} := &Layer{layers}{{}}", *made, '\tl0.Send("first")', "}"]
    return texts | {"main.go": "\n".join(lines)}


def test_structs_that_make_each_other_are_work_as_their_number() -> None:
    """The fields of each are told by those who make it, whose fields are told by others: no way is gone twice."""
    half, whole = _effort(_ring(12)), _effort(_ring(24))
    assert whole < min(1.5 * half, 100)


def test_structs_that_share_what_they_hold_are_work_as_their_number() -> None:
    """What is held by many is one thing, however many ways lead to it."""
    assert max(_effort(_layers(12)), _effort(_layers(24))) < 50
