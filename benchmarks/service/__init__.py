"""The service under load, next to ddddocr's own, and under attack."""
