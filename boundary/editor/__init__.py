"""What an editor is told while somebody types: findings, what a call means, where it leads.

``session`` knows nothing of the protocol, ``answers`` words what the session knows, ``server`` speaks it.
"""
