"""The workstation's record: an encrypted journal that only grows, and what can be rebuilt from it."""
