"""Mappers whose fragments include each other over and over end, and give what was read until then."""

from __future__ import annotations

from boundary.extractors import mybatis
from boundary.facts import Statement
from boundary.source import Source


def test_fragments_that_multiply_end_early() -> None:
    fragments = "".join(
        f'<sql id="f{level}">{f"""<include refid="f{level + 1}"/>""" * 30} moored AND </sql>' for level in range(9)
    )
    text = f'<mapper namespace="a.B">{fragments}<select id="s">SELECT 1 FROM berth WHERE <include refid="f0"/></select></mapper>'
    found = list(mybatis.extract(Source("B.xml", text.encode())))
    assert [use.table for fact in found if isinstance(fact, Statement) for use in fact.uses] == ["berth"]
