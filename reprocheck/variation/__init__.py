"""Variations: one file for each family of conditions, and the table of all.

model.py   what a variation is
"""
