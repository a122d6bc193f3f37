import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams with exactly_once_v2, an in-memory store with its cache, and one thread.
 *
 * <p>Arguments: bootstrap servers, topic, number of events, application id, state directory,
 * {@code counts} or {@code row}.
 */
public final class StreamsPeer {
    static final String STORE = "users";

    private StreamsPeer() {}

    /** Reads each event and gives its user's bytes to a subclass, which returns the new ones. */
    abstract static class PerUser implements Processor<String, byte[], Void, Void> {
        private final EventReader reader = new EventReader();
        private final Event event = new Event();
        private KeyValueStore<String, byte[]> store;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            try {
                reader.read(record.value(), event);
            } catch (java.io.IOException error) {
                throw new java.io.UncheckedIOException(error);
            }
            store.put(event.userId, changed(store.get(event.userId), event));
        }

        /** What the store is to hold after the event; {@code held} is null for a new user. */
        abstract byte[] changed(byte[] held, Event event);
    }

    /** Counts of each type of each user, as sixteen ints a user. */
    static final class Counts extends PerUser {
        @Override
        byte[] changed(byte[] held, Event event) {
            byte[] counts = held == null ? new byte[4 * UserRow.TYPES] : held.clone();
            ByteBuffer view = ByteBuffer.wrap(counts);
            int count = view.getInt(4 * event.type) + 1;
            view.putInt(4 * event.type, count);
            Progress.counted(event.userId, count);
            return counts;
        }
    }

    /** All that Livecue's row holds of behaviour. */
    static final class Rows extends PerUser {
        @Override
        byte[] changed(byte[] held, Event event) {
            UserRow row = held == null ? new UserRow() : UserRow.decode(held);
            int count = row.add(event);
            if (Progress.isSampled(event.userId)) Progress.sample(event.userId, row.figures());
            Progress.counted(event.userId, count);
            return row.encode();
        }
    }

    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0];
        long events = Long.parseLong(arguments[2]);
        Topology topology = new Topology();
        topology.addSource("events", new StringDeserializer(), new ByteArrayDeserializer(), arguments[1]);
        if (arguments[5].equals("row")) topology.addProcessor("users-by-event", Rows::new, "events");
        else topology.addProcessor("users-by-event", Counts::new, "events");
        Serde<String> keys = Serdes.String();
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), keys, Serdes.ByteArray())
                        .withCachingDisabled()
                        .withLoggingEnabled(Map.of("compression.type", "producer")),
                "users-by-event");
        try (KafkaStreams streams = new KafkaStreams(topology, properties(arguments));
                Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) bootstrap))) {
            streams.setUncaughtExceptionHandler(
                    error -> {
                        error.printStackTrace();
                        Runtime.getRuntime().halt(1);
                        return null;
                    });
            streams.start();
            Thread committed = new Thread(() -> watch(admin, arguments[3], events));
            committed.setDaemon(true);
            committed.start();
            Progress.follow(events);
            Progress.result();
            streams.close(Duration.ofSeconds(20));
        }
    }

    /** The offsets are committed in the transaction that holds the changelog: durable when there. */
    private static void watch(Admin admin, String group, long events) {
        while (Progress.durable < events) {
            try {
                if (Progress.done >= events) {
                    Progress.durable =
                            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                                    .values().stream().mapToLong(at -> at.offset()).sum();
                }
                Thread.sleep(20);
            } catch (Exception error) {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private static Properties properties(String[] arguments) {
        Properties chosen = new Properties();
        chosen.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[3]);
        chosen.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        chosen.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
        chosen.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        chosen.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        chosen.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        chosen.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        chosen.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 512L << 20);
        chosen.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        chosen.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
        chosen.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 1 << 16);
        chosen.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 100);
        chosen.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 1 << 18);
        chosen.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 256L << 20);
        return chosen;
    }
}
