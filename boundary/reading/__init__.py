"""Pure readers that several parts share: they take text, and know neither facts nor files."""
