"""Labels: from millimetres to ink, read back before they are sent."""
