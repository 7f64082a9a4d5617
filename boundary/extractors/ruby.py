"""Ruby: modules, classes, methods, blocks, constants and every call, in the neutral form that the resolver evaluates.

``Foo.new(x)`` makes a Foo, so it is a call of ``Foo``. A method without parameters is a property, because calling it
and naming it are written the same. A block is the keyword ``<block>`` of its call. Grammar: tree-sitter-ruby; language:
https://docs.ruby-lang.org/en/master/syntax_rdoc.html.
"""

from __future__ import annotations

from collections.abc import Iterable

from boundary.extractors._ruby_statements import Ruby
from boundary.facts import Fact
from boundary.reading import scripts
from boundary.source import Source

FORMAT = "ruby"

_NAMES = ("Rakefile", "config.ru", "Gemfile", "Guardfile", "Capfile")


def matches(path: str) -> bool:
    """Scripts by their ending, and those that Ruby's tools know by name; of a program without one content decides."""
    return _is_told(path) or scripts.may_be(path)


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a script."""
    if not _is_told(source.path) and not scripts.is_for(source, "ruby", "jruby"):
        return ()
    return read(source)


def read(source: Source) -> list[Fact]:
    """The facts of what is written in Ruby, whatever its name."""
    import tree_sitter_ruby
    from tree_sitter import Language

    return Ruby(source, Language(tree_sitter_ruby.language())).read()


def _is_told(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith((".rb", ".rake", ".ru")) or name in _NAMES
