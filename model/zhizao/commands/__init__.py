"""The commands, one module each, and what they share: options, words, tables and progress."""
