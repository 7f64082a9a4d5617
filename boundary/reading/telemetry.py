"""Where telemetry is fetched from and sent to: Prometheus, Grafana, Promtail, the OpenTelemetry collector, Beats,
Logstash, Fluentd and Fluent Bit, logback. References:
https://prometheus.io/docs/prometheus/latest/configuration/configuration/ ,
https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources ,
https://opentelemetry.io/docs/collector/configuration/ ,
https://www.elastic.co/guide/en/beats/filebeat/current/configuring-output.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Telemetry
from boundary.reading.proxies.values import value
from boundary.reading.yaml import Node

_OUTPUT = re.compile(r"(?:logstash|elasticsearch|kafka|redis)$")
_SHIPPED = re.compile(
    r"<destination>\s{0,20}([\w.${}-]{1,300}:\d{1,5})\s{0,20}</destination>"  # LogstashTcpSocketAppender
    r"|\bhosts[ \t]{0,20}=>[ \t]{0,20}\[?\s{0,20}[\"']([^\"'\n]{1,300})[\"']"  # Logstash
    r"|^[ \t]{0,40}[hH]ost[ \t]{1,20}([\w.${}-]{1,300})[ \t]{0,20}\n"  # Fluentd, Fluent Bit
    r"[ \t]{0,40}[pP]ort[ \t]{1,20}(\d{1,5})\b",
    re.MULTILINE,
)
_LOGS = re.compile(
    r"^[ \t]{0,40}(?:output[ \t]{0,20}\{|<match\b|\[OUTPUT\])|LogstashTcpSocketAppender|<configuration\b", re.MULTILINE
)
_LISTENING = frozenset(
    ("otlp", "jaeger", "zipkin", "opencensus", "fluentforward", "syslog", "tcplog", "udplog", "statsd")
)
_SENT = ("endpoint", "traces_endpoint", "logs_endpoint", "metrics_endpoint", "endpoints", "servers", "brokers")


def of_text(text: str) -> Iterator[Telemetry]:
    """The addresses of a configuration that is no YAML, nothing for another text."""
    if not _LOGS.search(text):
        return
    for match in _SHIPPED.finditer(text):
        address = f"{match[3]}:{match[4]}" if match[3] else match[1] or match[2]
        place = match.start(1) if match[1] else match.start(2) if match[2] else match.start(3)
        yield Telemetry("log-shipping", value(address), line=text.count("\n", 0, place) + 1)


def of_document(document: Node) -> Iterator[Telemetry]:
    """The addresses of a YAML document, nothing for another one."""
    yield from _prometheus(document)
    for source in document.get("datasources").items:
        yield from _told("grafana", source.get("url"))
    yield from _collector(document)
    for name, output in (*document.get("output").pairs, *_dotted(document)):
        if _OUTPUT.match(name.text.rpartition(".")[2]):
            for host in output.get("hosts").items or ((output.get("hosts"),) if output.get("hosts") else ()):
                yield from _told("log-shipping", host)
    for client in document.get("clients").items:
        yield from _told("log-shipping", client.get("url"))


def _dotted(document: Node) -> list[tuple[Node, Node]]:
    """``output.logstash:`` as Beats write it."""
    return [(key, value) for key, value in document.pairs if key.text.startswith("output.")]


def _prometheus(document: Node) -> Iterator[Telemetry]:
    jobs = (*document.get("scrape_configs").items, *document.get("alerting", "alertmanagers").items)
    for job in jobs:
        for group in job.get("static_configs").items:
            for target in group.get("targets").items:
                yield from _told("prometheus", target)
    for writer in (*document.get("remote_write").items, *document.get("remote_read").items):
        yield from _told("prometheus", writer.get("url"))


def _collector(document: Node) -> Iterator[Telemetry]:
    """Exporters that a pipeline uses, and what the collector's own Prometheus receiver scrapes."""
    pipelines = document.get("service", "pipelines")
    used = {name for _, pipeline in pipelines.pairs for name in pipeline.get("exporters").strings}
    for name, exporter in document.get("exporters").pairs:
        for key in _SENT if name.text in used else ():
            for one in exporter.get(key).items or (exporter.get(key), exporter.get("http", key)):
                yield from _told("otel-collector", one)
    for name, receiver in document.get("receivers").pairs if pipelines else ():
        yield from _prometheus(receiver.get("config"))
        for key in _SENT if name.text.partition("/")[0] not in _LISTENING else ():
            for one in receiver.get(key).items or (receiver.get(key),):
                yield from _told("otel-collector", one)


def _told(tool: str, address: Node) -> Iterator[Telemetry]:
    if address and address.kind == "scalar" and not address.text.startswith(("0.0.0.0", "unix:", "/")):
        yield Telemetry(tool, value(address.text), line=address.line)
