"""Copies: the CDN, the application cache, the pages in memory."""
