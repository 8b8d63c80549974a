"""From base weights to final weights: rake, post-stratify, calibrate, trim, nonresponse."""
