"""The verbs of the house: plan, audit and what they need."""
