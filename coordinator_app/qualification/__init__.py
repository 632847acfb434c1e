"""Qualification: scripts that a site or a sponsor writes, run on a scratch site, with a report to sign."""
