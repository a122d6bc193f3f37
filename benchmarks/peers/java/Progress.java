import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the benchmark, by JSON lines on standard output, how far the peer is and what it counted.
 *
 * <p>The checksum adds (1 + number of the user) times the new count at each event, so it is right
 * only if every count of every user went up by one at each of its events.
 */
public final class Progress {
    public static volatile long done;
    public static volatile long durable;
    private static long checksum;
    private static final Map<String, float[]> SAMPLED = new ConcurrentHashMap<>();

    private Progress() {}

    /** One event of a user was counted; {@code count} is how many of its type there are now. */
    public static void counted(String userId, long count) {
        long number = 0;
        for (int at = 5; at < userId.length(); at++) number = number * 10 + userId.charAt(at) - '0';
        checksum += (1 + number) * count;
        done++;
    }

    /** Whether the row of a user is compared, figure by figure: one in 4,096. */
    public static boolean isSampled(String userId) {
        return (userId.hashCode() * 0x9E3779B1 >>> 20) == 0;
    }

    public static void sample(String userId, float[] figures) {
        SAMPLED.put(userId, figures);
    }

    /** Print how far it is ten times a second, until all events are durable; then the result. */
    public static void follow(long events) throws InterruptedException {
        while (durable < events) {
            System.out.println("{\"done\":" + done + "}");
            Thread.sleep(50);
        }
        System.out.println("{\"done\":" + done + ",\"durable\":true}");
    }

    public static void result() {
        StringBuilder text = new StringBuilder("{\"checksum\":" + checksum + ",\"rows\":{");
        String comma = "";
        for (Map.Entry<String, float[]> row : new TreeMap<>(SAMPLED).entrySet()) {
            text.append(comma).append('"').append(row.getKey()).append("\":");
            text.append(java.util.Arrays.toString(row.getValue()));
            comma = ",";
        }
        System.out.println(text.append("}}"));
    }
}
