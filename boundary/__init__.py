"""boundary: reads code and infrastructure definitions across repositories and says where service interfaces are bypassed."""

__version__ = "0.1.0"
