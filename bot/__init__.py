"""The program: command line, settings, and the only place that builds things."""
