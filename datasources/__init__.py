"""The sources of lists of listed issues: one folder a provider, each turning what it reads into `ListedIssue`."""
