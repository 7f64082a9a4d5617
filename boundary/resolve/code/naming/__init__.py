"""How names find what they mean, one module a kind of language; see ``boundary.resolve.code.program.Naming``."""
