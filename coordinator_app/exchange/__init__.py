"""How workstations come to the same record: protocol, exchange core, client."""
