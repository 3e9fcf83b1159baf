"""Your own ideas: outcomes, instruments, rules and a model, from one file outside the package."""
