"""Who may reach whom: what firewalls, policies of clusters and meshes let through, as ``reaches`` edges.

``intervals``, ``groups`` and ``policies`` are the semantics alone, over plain data; the rest reads what is declared and
joins what is permitted with what is coded and configured.
"""
