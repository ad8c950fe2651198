"""What the program is without a window: paths, settings, jobs, library. No Qt, no torch."""
