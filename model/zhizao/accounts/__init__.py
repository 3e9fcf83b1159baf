"""What public money changed: every yuan compared with a twin run in which it was not offered."""
