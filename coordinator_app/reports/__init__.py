"""Documents for people: the paper sheet, the case summary, the calibration card, the code sheet."""
