"""One module per procedure that staff carry out; each act is one write transaction."""
