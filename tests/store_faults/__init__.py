"""Proofs that the record survives power cuts, kills, failing disks and tampering; each is one command."""
