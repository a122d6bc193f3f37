"""The shell: the only package that knows Kafka, Redis, files and clocks."""
