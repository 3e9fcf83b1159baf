"""The model over arrays: state (`state`), the twelve verbs (`month`), whole runs and branching (`simulation`)."""
