"""Proof that every code is read exactly or refused."""
