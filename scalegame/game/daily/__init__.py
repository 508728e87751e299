"""The daily level: the same for all on a date, made of hand-made parts.

``parts`` are what a day can be made of, ``day`` picks by a hash of the date, ``build`` plays through the day on paper:
how many machines it takes, what they cost, and so what the purse holds and what gold asks for.
"""
