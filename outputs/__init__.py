"""Roster, findings and report into a workbook, and a workbook of ours back into a roster."""
