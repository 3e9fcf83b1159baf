"""Many runs: designs, the work on them, and what is learned from what they leave behind."""
