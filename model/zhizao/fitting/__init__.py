"""Fitting a simulator to figures: it knows nothing of this model, only functions from numbers and luck to figures."""
