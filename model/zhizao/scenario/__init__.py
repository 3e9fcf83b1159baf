"""Scenarios: what policy was, is and could be, from short TOML files."""
