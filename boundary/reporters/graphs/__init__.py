"""Drawings of the service graph, one module a format: ``FORMAT`` and ``render(graph) -> str``; found like reporters."""
