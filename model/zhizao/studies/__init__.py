"""Questions put to the model: one run, scenarios compared, the model beside the evidence."""
