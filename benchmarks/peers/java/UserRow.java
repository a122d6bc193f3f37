import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/**
 * The same figures of a user as Livecue keeps in its row: counts of each behaviour with three
 * half-lives, exact totals, a histogram of presence, the strongest hosts and categories, spend.
 */
public final class UserRow {
    static final int TYPES = EventReader.TYPES.length;
    static final int HOSTS = 8;
    static final int CATEGORIES = 6;
    static final int BINS = 48;
    public static final int BYTES =
            8 + 8 + 4 * (3 * TYPES + TYPES + 2 * BINS + 1 + HOSTS + CATEGORIES + HOSTS + 1)
                    + 8 * (HOSTS + CATEGORIES + 1);
    private static final double LN2 = Math.log(2.0);
    private static final double DAY_MS = 86_400_000.0;
    private static final double[] HALF_LIVES = {1.0, 7.0, 30.0};
    private static final double AFFINITY_DAYS = 30.0;
    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final ZoneRules ZONE = ZoneId.of("Asia/Shanghai").getRules();
    private static final double[] WEIGHT = new double[TYPES];
    private static final boolean[] ABSENT = new boolean[TYPES];

    static {
        double[] known = {0, .3, 0, 0, .3, .6, 1, 2, .3, 0, .3, .3, 1, 3, 1.5, 0};
        System.arraycopy(known, 0, WEIGHT, 0, TYPES);
        for (int type : new int[] {2, 8, 9, 15}) ABSENT[type] = true;
    }

    public long firstTs = NEVER;
    public long lastTs = NEVER;
    public float[] counts = new float[3 * TYPES];
    public int[] totals = new int[TYPES];
    public float[] activity = new float[2 * BINS];
    public int activityDay;
    public long[] hosts = new long[HOSTS];
    public float[] hostWeights = new float[HOSTS];
    public int[] hostSeconds = new int[HOSTS];
    public long[] categories = new long[CATEGORIES];
    public float[] categoryWeights = new float[CATEGORIES];
    public float spend;
    public double spendTotal;

    public UserRow() {}

    /** Add an event; return how many of its type there are now. */
    public int add(Event event) {
        long reference = Math.max(lastTs, event.ts);
        if (lastTs != NEVER && reference > lastTs) age(reference - lastTs);
        double kept = 1.0;
        for (int half = 0; half < 3; half++) {
            kept = decay(reference - event.ts, HALF_LIVES[half]);
            counts[half * TYPES + event.type] += (float) kept;
        }
        totals[event.type]++;
        float weight = (float) (weight(event) * kept);
        boolean watched = event.type >= 1 && event.type <= 3;
        if (weight > 0.0f) {
            int place = enter(hosts, hostWeights, hash(event.hostId), weight);
            int seconds = watched ? (int) (event.ts / 1000) : 0;
            if (place >= 0) hostSeconds[place] = Math.max(hostSeconds[place], seconds);
            enter(categories, categoryWeights, hash(event.category), weight);
        }
        if ((event.type == 7 || event.type == 13) && event.amount > 0.0) {
            spendTotal += event.amount;
            spend += (float) (event.amount * kept);
        }
        if (!ABSENT[event.type]) present(event.ts);
        firstTs = firstTs == NEVER ? event.ts : Math.min(firstTs, event.ts);
        lastTs = reference;
        return totals[event.type];
    }

    private void age(long ms) {
        for (int half = 0; half < 3; half++) {
            float kept = (float) decay(ms, HALF_LIVES[half]);
            for (int at = half * TYPES; at < (half + 1) * TYPES; at++) counts[at] *= kept;
        }
        float kept = (float) decay(ms, AFFINITY_DAYS);
        for (int place = 0; place < HOSTS; place++) hostWeights[place] *= kept;
        for (int place = 0; place < CATEGORIES; place++) categoryWeights[place] *= kept;
        spend *= kept;
    }

    private void present(long ts) {
        long seconds = ts / 1000;
        long local = seconds + ZONE.getOffset(java.time.Instant.ofEpochSecond(seconds)).getTotalSeconds();
        int day = (int) (local / 86_400);
        if (day > activityDay) {
            float kept = (float) Math.exp(-LN2 * (day - activityDay) / AFFINITY_DAYS);
            for (int at = 0; at < activity.length; at++) activity[at] *= kept;
            activityDay = day;
        }
        int weekend = (day + 3) % 7 >= 5 ? BINS : 0;
        int cell = weekend + (int) (local % 86_400 / 1800);
        float weight = (float) Math.exp(-LN2 * (activityDay - day) / AFFINITY_DAYS);
        activity[cell] = Math.min(activity[cell] + weight, 2048.0f);
    }

    /** The rule of Misra and Gries on the weakest place, as Livecue's. */
    private static int enter(long[] keys, float[] weights, long key, float weight) {
        if (key == 0) return -1;
        int weakest = 0;
        for (int place = 0; place < keys.length; place++) {
            if (keys[place] == key) {
                weights[place] += weight;
                return place;
            }
            if (weights[place] < weights[weakest]) weakest = place;
        }
        if (weight < weights[weakest]) {
            weights[weakest] -= weight;
            return -1;
        }
        keys[weakest] = key;
        weights[weakest] = weight;
        return weakest;
    }

    private static double weight(Event event) {
        if (event.type != 2 && event.type != 3) return WEIGHT[event.type];
        if (event.type == 3 && event.dwellMs <= 0.0) return 0.5;
        return 3.0 * -Math.expm1(event.dwellMs / -1_800_000.0);
    }

    private static double decay(long ms, double days) {
        return ms <= 0 ? 1.0 : Math.exp(-LN2 * ms / (days * DAY_MS));
    }

    private static long hash(String text) {
        if (text == null) return 0;
        long hash = 0xcbf29ce484222325L;
        for (int at = 0; at < text.length(); at++) hash = (hash ^ text.charAt(at)) * 0x100000001b3L;
        return hash;
    }

    /** Counts, totals, histogram, then weights of hosts and categories from the strongest down. */
    public float[] figures() {
        float[] all = new float[counts.length + TYPES + activity.length + HOSTS + CATEGORIES + 2];
        int at = 0;
        for (float count : counts) all[at++] = count;
        for (int total : totals) all[at++] = total;
        for (float share : activity) all[at++] = share;
        for (float[] weights : new float[][] {hostWeights, categoryWeights}) {
            float[] sorted = weights.clone();
            java.util.Arrays.sort(sorted);
            for (int place = sorted.length - 1; place >= 0; place--) all[at++] = sorted[place];
        }
        all[at++] = spend;
        all[at] = (float) spendTotal;
        return all;
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(firstTs).putLong(lastTs).putDouble(spendTotal).putFloat(spend).putInt(activityDay);
        out.asLongBuffer().put(hosts).put(categories);
        out.position(out.position() + 8 * (HOSTS + CATEGORIES));
        out.asFloatBuffer().put(counts).put(activity).put(hostWeights).put(categoryWeights);
        out.position(out.position() + 4 * (3 * TYPES + 2 * BINS + HOSTS + CATEGORIES));
        out.asIntBuffer().put(totals).put(hostSeconds);
        return out.array();
    }

    public static UserRow decode(byte[] bytes) {
        UserRow row = new UserRow();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        row.firstTs = in.getLong();
        row.lastTs = in.getLong();
        row.spendTotal = in.getDouble();
        row.spend = in.getFloat();
        row.activityDay = in.getInt();
        in.asLongBuffer().get(row.hosts).get(row.categories);
        in.position(in.position() + 8 * (HOSTS + CATEGORIES));
        in.asFloatBuffer().get(row.counts).get(row.activity).get(row.hostWeights).get(row.categoryWeights);
        in.position(in.position() + 4 * (3 * TYPES + 2 * BINS + HOSTS + CATEGORIES));
        in.asIntBuffer().get(row.totals).get(row.hostSeconds);
        return row;
    }
}
