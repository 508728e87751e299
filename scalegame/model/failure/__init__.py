"""What breaks: faults by script and by chance, outages, bad releases."""
