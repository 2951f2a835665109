"""Where the key comes from, and how it is kept fresh."""
