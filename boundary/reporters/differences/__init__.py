"""Output formats of what a change does to the architecture: ``FORMAT`` and ``render(difference, view) -> str``."""
