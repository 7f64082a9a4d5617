"""From findings to a report's findings: exceptions, comments, what a base revision had already, a stable order.

A settled finding is not gone: it keeps its place with another status. ``settlement`` does it all; ``fingerprint`` says
which finding is which.
"""
