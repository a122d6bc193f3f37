import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.CheckpointingMode;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Flink in one process: exactly-once checkpoints each second, state on the heap, objects reused,
 * source and counting chained. The topic is partitioned by user and there is one subtask, so the
 * keyed stream needs no shuffle.
 *
 * <p>Arguments: bootstrap servers, topic, number of events, group, checkpoint directory,
 * {@code counts} or {@code row}.
 */
public final class FlinkPeer {
    private FlinkPeer() {}

    /** Records into events, one object for all. */
    static final class Decoder implements KafkaRecordDeserializationSchema<Event> {
        private transient EventReader reader;
        private transient Event event;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Event> out)
                throws IOException {
            if (reader == null) {
                reader = new EventReader();
                event = new Event();
            }
            out.collect(reader.read(record.value(), event));
        }

        @Override
        public TypeInformation<Event> getProducedType() {
            return Types.POJO(Event.class);
        }
    }

    /** Tells when the checkpoint that holds everything so far is complete. */
    abstract static class Durable extends KeyedProcessFunction<String, Event, Long>
            implements CheckpointedFunction, CheckpointListener {
        private final Map<Long, Long> pending = new TreeMap<>();

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            pending.put(context.getCheckpointId(), Progress.done);
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {}

        @Override
        public void notifyCheckpointComplete(long id) {
            Long done = pending.remove(id);
            if (done != null) Progress.durable = Math.max(Progress.durable, done);
        }
    }

    static final class Counts extends Durable {
        private transient ValueState<int[]> counts;

        @Override
        public void open(Configuration parameters) {
            counts = getRuntimeContext().getState(
                    new ValueStateDescriptor<>("counts", PrimitiveArrayTypeInfo.INT_PRIMITIVE_ARRAY_TYPE_INFO));
        }

        @Override
        public void processElement(Event event, Context context, Collector<Long> out) throws Exception {
            int[] held = counts.value();
            if (held == null) held = new int[UserRow.TYPES];
            int count = ++held[event.type];
            counts.update(held);
            Progress.counted(event.userId, count);
        }
    }

    static final class Rows extends Durable {
        private transient ValueState<UserRow> rows;

        @Override
        public void open(Configuration parameters) {
            rows = getRuntimeContext().getState(
                    new ValueStateDescriptor<>("rows", Types.POJO(UserRow.class)));
        }

        @Override
        public void processElement(Event event, Context context, Collector<Long> out) throws Exception {
            UserRow row = rows.value();
            if (row == null) row = new UserRow();
            int count = row.add(event);
            rows.update(row);
            if (Progress.isSampled(event.userId)) Progress.sample(event.userId, row.figures());
            Progress.counted(event.userId, count);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Configuration settings = new Configuration();
        settings.setString("execution.checkpointing.interval", "1 s");
        settings.setString("execution.checkpointing.mode", "EXACTLY_ONCE");
        settings.setString("execution.checkpointing.dir", "file://" + arguments[4] + "/checkpoints");
        settings.setString("execution.checkpointing.storage", "filesystem");
        settings.setString("state.backend.type", "hashmap");
        settings.setString("pipeline.object-reuse", "true");
        settings.setString("pipeline.generic-types", "false");
        settings.setString("pipeline.auto-watermark-interval", "0 s");
        settings.setString("io.tmp.dirs", arguments[4]);
        settings.setString("rest.port", "0");
        settings.setString("rest.bind-port", "0");
        settings.setString("taskmanager.memory.network.max", "64 mb");
        settings.setString("taskmanager.memory.network.min", "64 mb");
        settings.setString("taskmanager.memory.managed.size", "64 mb");
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1, settings);
        environment.getCheckpointConfig().setCheckpointingConsistencyMode(
                org.apache.flink.core.execution.CheckpointingMode.EXACTLY_ONCE);
        KafkaSource<Event> source = KafkaSource.<Event>builder()
                .setBootstrapServers(arguments[0])
                .setTopics(arguments[1])
                .setGroupId(arguments[3])
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty("max.poll.records", "10000")
                .setProperty("fetch.min.bytes", "65536")
                .setDeserializer(new Decoder())
                .build();
        DataStream<Event> events =
                environment.fromSource(source, WatermarkStrategy.noWatermarks(), "events");
        DataStreamUtils.reinterpretAsKeyedStream(events, event -> event.userId, Types.STRING)
                .process(arguments[5].equals("row") ? new Rows() : new Counts())
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        JobClient job = environment.executeAsync("peer");
        job.getJobExecutionResult().whenComplete((result, error) -> {
            if (error != null && Progress.durable < Long.parseLong(arguments[2])) {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        });
        Progress.follow(Long.parseLong(arguments[2]));
        Progress.result();
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
