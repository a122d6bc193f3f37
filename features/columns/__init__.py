"""The columns of the design matrix, one file a theme."""
