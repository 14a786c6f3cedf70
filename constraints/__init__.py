"""The rules: one rule, one file, discovered and not listed."""
