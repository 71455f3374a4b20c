package lab;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * A mirror made of a sink connector: it consumes topics of the Kafka that its Connect cluster runs on, and writes them
 * to another Kafka, to the same topic and partition, with key, value, headers and timestamp. Each copy carries one
 * header more, which says where it is from; records that came with that header are left out, so that two such mirrors
 * make no loop.
 *
 * <p>It stands on Connect's ByteArrayConverter for keys, values and headers.
 */
public final class CopySink extends SinkConnector {
    static final String TARGET = "target.bootstrap.servers";
    static final String HEADER = "origin.header";
    static final String ORIGIN = "origin";

    private Map<String, String> settings;

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef()
            .define(TARGET, Type.STRING, Importance.HIGH, "The Kafka that is written to.")
            .define(HEADER, Type.STRING, Importance.HIGH, "The name of the header that marks copies.")
            .define(ORIGIN, Type.STRING, Importance.HIGH, "What that header says of the copies made here.");
    }

    @Override
    public void start(Map<String, String> settings) {
        this.settings = settings;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return CopyTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int count) {
        return Collections.nCopies(count, settings);
    }

    @Override
    public void stop() {}

    /** Copies the partitions that Connect gives it. */
    public static final class CopyTask extends SinkTask {
        private String header;
        private byte[] origin;
        private KafkaProducer<byte[], byte[]> producer;
        /** Why a record was not written: never forgotten, as the records after it must not be committed either. */
        private final AtomicReference<Exception> failure = new AtomicReference<>();

        @Override
        public String version() {
            return "1";
        }

        @Override
        public void start(Map<String, String> settings) {
            header = settings.get(HEADER);
            origin = settings.get(ORIGIN).getBytes(StandardCharsets.UTF_8);
            Map<String, Object> target = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.get(TARGET),
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                // However long the other side is away, it is waited for.
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
            producer = new KafkaProducer<>(target, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void put(Collection<SinkRecord> records) {
            failIfOneFailed();
            for (SinkRecord record : records) {
                if (record.headers().lastWithName(header) == null) {
                    producer.send(copy(record), (written, problem) -> {
                        if (problem != null) {
                            failure.compareAndSet(null, problem);
                        }
                    });
                }
            }
        }

        /** Connect commits the group only when this has returned: never past what the other side has acknowledged. */
        @Override
        public void flush(Map<TopicPartition, OffsetAndMetadata> offsets) {
            producer.flush();
            failIfOneFailed();
        }

        /** What is still under way was not committed, and is copied again. */
        @Override
        public void stop() {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
        }

        private ProducerRecord<byte[], byte[]> copy(SinkRecord record) {
            ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(
                record.topic(), record.kafkaPartition(), record.timestamp(),
                (byte[]) record.key(), (byte[]) record.value());
            for (Header one : record.headers()) {
                copy.headers().add(one.key(), (byte[]) one.value());
            }
            copy.headers().add(header, origin);
            return copy;
        }

        private void failIfOneFailed() {
            Exception problem = failure.get();
            if (problem != null) {
                throw new ConnectException("A record was not written to the other side.", problem);
            }
        }
    }
}
