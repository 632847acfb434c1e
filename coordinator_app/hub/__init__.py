"""The hub: a separate program that keeps every site's log in one order and can read no name in it."""
