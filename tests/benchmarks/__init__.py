"""The figures of the program, each measured by one command: `python -m tests.benchmarks [NAME…]`."""
