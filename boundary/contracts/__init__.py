"""Contracts compared: what a new version of a document refuses that the old one allowed, or sends that nobody expects.

The street: a contract is loaded (``documents``), brought into a normal form, compared by direction, and what differs is
graded by the table in ``rules/contracts``. Nothing here knows the service graph.
"""
