"""What is known from outside the model, and the sets of parameters fitted to it."""
