"""What runs give: monthly series and outcomes by name, and the files that hold them."""
