import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads an interaction with Jackson's streaming parser: the quickest that Jackson offers. */
public final class EventReader {
    public static final String[] TYPES = {
        "app_open", "enter", "leave", "watch", "like", "comment", "share", "gift", "follow",
        "unfollow", "search", "product_view", "cart_add", "purchase", "reserve", "reserve_cancel"
    };
    private static final Map<String, Integer> CODES = new HashMap<>();

    static {
        for (int code = 0; code < TYPES.length; code++) CODES.put(TYPES[code], code);
    }

    private final JsonFactory factory = new JsonFactory();

    /** Parse the whole record into {@code event}. */
    public Event read(byte[] value, Event event) throws IOException {
        event.hostId = null;
        event.category = null;
        event.dwellMs = 0.0;
        event.amount = 0.0;
        try (JsonParser parser = factory.createParser(value)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "user_id" -> event.userId = parser.getText();
                    case "type" -> event.type = CODES.get(parser.getText());
                    case "ts" -> event.ts = parser.getLongValue();
                    case "host_id" -> event.hostId = parser.getText();
                    case "category" -> event.category = parser.getText();
                    case "dwell_ms" -> event.dwellMs = parser.getDoubleValue();
                    case "amount" -> event.amount = parser.getDoubleValue();
                    default -> parser.skipChildren();
                }
            }
        }
        return event;
    }
}
