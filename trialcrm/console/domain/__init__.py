"""What there is to say without tables: who comes in."""
