"""The pages of the program, one to a file; each is built anew from its record whenever it is shown."""
