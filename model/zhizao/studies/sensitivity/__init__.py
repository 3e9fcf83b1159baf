"""Which inputs of a sweep matter."""
