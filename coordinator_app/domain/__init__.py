"""What is true at the bedside. No Qt, files, network, randomness or clock in this room."""
