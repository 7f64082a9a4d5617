"""Figures about the service graph: how services depend on each other, and how much. Pure functions; nothing is judged
here: rules say what is too much, a report shows the rest.
"""
