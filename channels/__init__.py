"""One door per messenger, independent of each other."""
