"""Go's text templates (https://pkg.go.dev/text/template) with the functions of Sprig and Helm, evaluated by ourselves.

Why not leave them unread: charts say most of what they say in templates. What cannot be known (a file, the cluster, a
random text) is empty, an unknown function gives nothing, and a value that is missing is no error: the rest still tells.
Nothing of a template can reach out, and steps, depth and size have bounds.
"""

from boundary.reading.gotemplate.run import STEPS, Rendered, Renderer
from boundary.reading.gotemplate.syntax import TemplateError, definitions, parse

__all__ = ["STEPS", "Rendered", "Renderer", "TemplateError", "definitions", "parse"]
