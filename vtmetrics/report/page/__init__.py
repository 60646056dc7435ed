"""Evidence as one page for a browser, and as Markdown, JSON and CSV."""
