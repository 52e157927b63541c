"""One module for each target, with two names:

try_one(data)   does with the bytes what the project would, and raises if a promise is broken
LONGEST         bytes of an input, at most: small ones are tried quicker and read better
"""
