"""What people see: charts of studies."""
