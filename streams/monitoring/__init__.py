"""What a worker tells whoever watches it: metrics, health, and its log."""
