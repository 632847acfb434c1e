"""Windows. They show a state and report what the person did; no rules. One screen per file."""
