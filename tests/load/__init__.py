"""The load engine and its statistics: calibration against servers whose truth is known."""
