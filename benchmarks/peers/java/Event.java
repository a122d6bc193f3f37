/** One interaction, as far as counts and the user row ask for it; filled anew for each record. */
public final class Event {
    public String userId;
    public int type;
    public long ts;
    public String hostId;
    public String category;
    public double dwellMs;
    public double amount;

    public Event() {}
}
