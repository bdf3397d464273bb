"""The command line: how people operate the program, and how it is measured from outside."""
