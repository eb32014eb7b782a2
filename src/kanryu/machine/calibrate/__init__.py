"""Calibration, predictions and scores: only figures of the window that were public by a given day are used."""
