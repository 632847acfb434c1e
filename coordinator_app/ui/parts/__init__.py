"""Pieces that several screens are made of; each shows a record and reports what was pressed."""
