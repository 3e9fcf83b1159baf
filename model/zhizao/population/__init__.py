"""The firms of the district: read from its own register, or drawn to resemble it."""
