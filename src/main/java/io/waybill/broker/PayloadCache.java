package io.waybill.broker;

import io.waybill.message.Payload;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands documents on from intake to posting while they are fresh, bounded in bytes; the oldest go
 * first. What is not here is read from the journal. Used by the loop's thread alone.
 */
final class PayloadCache {

  /** What a document costs besides its body. */
  private static final int OVERHEAD = 200;

  private final long mostBytes;
  private final Map<Long, Payload> payloads = new LinkedHashMap<>();
  private long bytes;

  PayloadCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  void put(long seq, Payload payload) {
    if (payload.body().length > mostBytes / 8) {
      return;
    }
    payloads.put(seq, payload);
    bytes += cost(payload);
    Iterator<Payload> oldest = payloads.values().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      bytes -= cost(oldest.next());
      oldest.remove();
    }
  }

  /** Takes a document out; null where it is not here. */
  @Nullable Payload take(long seq) {
    Payload payload = payloads.remove(seq);
    if (payload != null) {
      bytes -= cost(payload);
    }
    return payload;
  }

  void clear() {
    payloads.clear();
    bytes = 0;
  }

  private static long cost(Payload payload) {
    return (long) payload.body().length + OVERHEAD;
  }
}
