"""From the network to WSGI: a request takes a thread only once all of it has been received."""

#: How Granian listens, in every place that starts it (Dockerfile, chart, `make run`, tests). HTTP/1.1 alone is what
#: proxies speak to it; a head is 64 KB at most and has 15 s, also the next one of a connection that is kept; and as many
#: connections a process as descriptors allow it, so that idle ones keep nobody out. A process that dies is replaced.
COMMAND_LINE = (
    "--interface rsgi --http 1 --no-ws --http1-header-read-timeout 15000 --http1-buffer-size 65536 "
    "--backlog 1024 --backpressure 4096 --respawn-failed-workers"
)
