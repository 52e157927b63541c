"""Builds compared: whether two results are the same, and if not, where they differ.

compare/   two files or trees → their differences
cli/       one verb per file
"""
