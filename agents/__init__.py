"""What agents ask by the Model Context Protocol (MCP): tools that read, over HTTP at `/mcp` and over stdio.

A tool is an operation of the REST API: its call becomes one request to it, with the caller's key. So limits, errors, logs, figures and
answers are REST's own; nothing of them is made a second time here.
"""

#: Where they are over HTTP.
MCP_PATHS = frozenset({"/mcp", "/mcp/"})
