package io.waybill.engine;

import io.waybill.message.Fingerprint;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.spec.Destination;
import io.waybill.spec.Specification;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the engine remembers: every open message, and closed ones until that is durable. */
final class State {

  private record Twin(String sender, Fingerprint fingerprint) {}

  final Specification specification;
  final Lanes lanes = new Lanes();
  final Timers timers = new Timers();
  final Map<String, Exit> exits = new LinkedHashMap<>();
  private final Map<Long, OpenMessage> messages = new HashMap<>();
  private final Map<MessageKey, OpenMessage> owners = new HashMap<>();
  private final Map<Twin, OpenMessage> twins = new HashMap<>();
  private long newestSeq;

  State(Specification specification, long newestSeq) {
    this.specification = specification;
    this.newestSeq = newestSeq;
    for (Destination destination : specification.destinations().values()) {
      exits.put(destination.name(), new Exit(destination));
    }
  }

  long nextSeq() {
    return ++newestSeq;
  }

  long newestSeq() {
    return newestSeq;
  }

  int size() {
    return messages.size();
  }

  void add(OpenMessage message) {
    if (messages.putIfAbsent(message.seq(), message) != null) {
      throw new IllegalStateException("Message " + message.seq() + " is known already");
    }
    index(message);
  }

  void index(OpenMessage message) {
    if (message.received.ownsId()) {
      owners.put(message.received.key(), message);
    } else {
      twins.put(twin(message), message);
    }
  }

  void unindex(OpenMessage message) {
    if (message.received.ownsId()) {
      owners.remove(message.received.key(), message);
    } else {
      twins.remove(twin(message), message);
    }
  }

  private static Twin twin(OpenMessage message) {
    return new Twin(message.received.sender(), message.received.fingerprint());
  }

  Collection<OpenMessage> messages() {
    return messages.values();
  }

  @Nullable OpenMessage message(long seq) {
    return messages.get(seq);
  }

  /** The message as remembered, else as the table has it: memory is never older. */
  @Nullable OpenMessage message(long seq, @Nullable MessageRow fact) {
    OpenMessage known = messages.get(seq);
    if (known != null || fact == null) {
      return known;
    }
    OpenMessage adopted = new OpenMessage(fact);
    add(adopted);
    return adopted;
  }

  /** The row that owns a key; memory is never older than the fact. */
  @Nullable MessageRow owner(MessageKey key, @Nullable MessageRow fact) {
    OpenMessage known = owners.get(key);
    if (known != null) {
      return known.row();
    }
    return fact == null ? null : newer(fact);
  }

  /** The row of the same bytes and sender, read as the same, that owns no id. */
  @Nullable MessageRow twin(MessageKey readAs, Fingerprint fingerprint, @Nullable MessageRow fact) {
    OpenMessage known = twins.get(new Twin(readAs.sender(), fingerprint));
    MessageRow row = known != null ? known.row() : fact == null ? null : newer(fact);
    return row != null && !row.received().ownsId() && row.received().key().equals(readAs)
        ? row
        : null;
  }

  private MessageRow newer(MessageRow fact) {
    OpenMessage known = messages.get(fact.seq());
    return known == null ? fact : known.row();
  }

  /** Forgets a message that is at rest, once that version of it is durable. */
  void forget(long seq, int version) {
    OpenMessage message = messages.get(seq);
    if (message != null && message.version == version && message.atRest()) {
      messages.remove(seq);
      unindex(message);
    }
  }
}
