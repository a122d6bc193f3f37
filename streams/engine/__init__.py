"""The engine: whole batches through Faust, one Kafka transaction per user partition."""
