"""EDINET: the code lists of who files there, published by the Financial Services Agency."""
