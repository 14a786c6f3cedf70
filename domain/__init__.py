"""The words of the house as frozen records; imports nothing of ours."""
