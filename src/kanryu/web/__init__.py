"""The page: an HTTP server for this machine, a JSON API, the page itself and the one-file publisher."""
