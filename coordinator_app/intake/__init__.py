"""Files from outside: profiles, orders, logger files."""
