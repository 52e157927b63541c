"""What a check found, and every way to show it.

model.py   the report as values
"""
