"""What `load` and `stat` say of a site, as a page for its operator; never reads a `bill`."""
