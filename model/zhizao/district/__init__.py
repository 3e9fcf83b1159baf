"""The district in force: a folder of data with everything that is true of one place and of no other."""
