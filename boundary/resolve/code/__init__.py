"""A small symbolic evaluator over the expression facts of code, the same for every language.

``program`` indexes the facts of all files, ``rows`` is the table of known calls, ``evaluator`` walks every function and
tells its *effects*: what is asked of known libraries, with which (partly known) values, at which place.
"""
