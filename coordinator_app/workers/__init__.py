"""The only place where threads are made."""
