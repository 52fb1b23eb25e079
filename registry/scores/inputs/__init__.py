"""What scores rest on besides traffic: policies, classes, volumes, declarations, checks and test reports."""
