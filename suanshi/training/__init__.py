"""Training runs: synthetic or labelled data, the run's folder, calibration, and the error report."""
