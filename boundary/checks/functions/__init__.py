"""Named checks: what a rule document's ``check`` names, one module each, found by its name.

A module offers ``check(graph, rule)``, which yields breaches. It reads the graph and nothing else.
"""
