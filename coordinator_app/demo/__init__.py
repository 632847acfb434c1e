"""The demonstration site, and the tour that walks it with nobody at the keyboard."""
