"""Files on disk: written whole or not at all, several of them at once, under a lock, with checksums."""
