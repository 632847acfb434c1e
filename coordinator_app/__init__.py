"""The site's own program for chain of identity: scan, confirm, label, count down, record."""

__version__ = "0.1.0"
