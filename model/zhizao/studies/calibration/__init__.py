"""The model fitted to the evidence: what is fitted, the fit itself, and what the evidence does and does not settle."""
