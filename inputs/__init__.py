"""From workbook to scenario: sheets and columns, safe cells, and every problem of a file at once."""
