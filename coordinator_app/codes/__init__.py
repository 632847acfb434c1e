"""From ink to meaning and back: reading every code a trial site meets, and drawing the ones it prints."""
