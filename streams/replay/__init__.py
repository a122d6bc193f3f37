"""Real people's behaviour, MovieLens-100K, replayed through Kafka on the topic clock."""
