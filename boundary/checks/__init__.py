"""From the graph to findings: rules are documents in ``rules/``, and a rule that needs logic names a function here.

``rule`` holds the types, ``document`` reads a rule document, ``select`` evaluates its selector, ``catalogue`` gathers
and chooses rules, ``engine`` runs them. Nothing here parses a source, opens a file or prints.
"""
