"""In which futures of a sweep a policy fails."""
