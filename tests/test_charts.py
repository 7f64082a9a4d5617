"""Charts that are made to be slow or too large: what cannot be put together is told, and the rest comes out."""

from __future__ import annotations

import pytest
from timing import within

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.gather import gather
from boundary.graph import Graph
from boundary.resolve import resolve

POD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  template:
    spec:
      containers: [{name: a, image: {{ .Values.image }}, env: {{ toJson .Values.env }}}]
"""
CHART = {"web/Chart.yaml": "{apiVersion: v2, name: web}", "web/templates/pod.yaml": POD}
BOMB = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}' if n else 'a'] * 9)}]" for n in range(6))


def graph(files: dict[str, str]) -> Graph:
    return resolve(gather(Memory(files), 1).files, Config())


def told(found: Graph) -> list[str]:
    return [f"{one.location} {one.what}" for one in found.problems]


def test_values_that_are_too_large_are_told_where_they_stand() -> None:
    by_itself = graph({**CHART, "web/values.yaml": f"image: x/web\n{BOMB}"})
    assert told(by_itself) == [], "what no template asks for harms nobody"
    releases = "releases:\n- {name: big, chart: ./web, values: [values-big.yaml]}\n- {name: small, chart: ./web}\n"
    installed = graph({**CHART, "web/values.yaml": "image: x/web", "helmfile.yaml": releases, "values-big.yaml": BOMB})
    assert told(installed) == ["helmfile.yaml:2 values of a chart: a value that is too large to be written"]
    assert [node.name for node in installed.of_kind("service")] == ["small"]


@pytest.mark.timed
def test_many_releases_of_a_slow_chart_end() -> None:
    slow = POD + "{{ range until 9999 }}{{ range until 9 }}{{ print . }}{{ end }}{{ end }}"
    releases = "releases:\n" + "".join(
        f"- {{name: r{n}, chart: ./web, set: [{{name: 'a[999].b', value: x}}]}}\n" for n in range(300)
    )
    with within(30):
        found = graph({**CHART, "web/templates/pod.yaml": slow, "helmfile.yaml": releases})
        assert any("takes more than" in one for one in told(found))
