package io.waybill.engine;

import io.waybill.message.Fingerprint;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Parked;
import io.waybill.spec.Destination;
import io.waybill.spec.Specification;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the engine remembers: every open message, and closed ones until that is durable. */
final class State {

  private record Twin(String sender, Fingerprint fingerprint) {}

  final Specification specification;
  final Holding holding;
  final Lanes lanes;
  final Timers timers = new Timers();
  final Ties ties;
  final Changeovers changeovers;
  final Map<String, Exit> exits = new LinkedHashMap<>();
  final Map<String, LinkGate> gates = new LinkedHashMap<>();
  private final Map<Long, OpenMessage> messages = new HashMap<>();
  private final Map<MessageKey, OpenMessage> owners = new HashMap<>();
  private final Map<Twin, OpenMessage> twins = new HashMap<>();
  private long newestSeq;

  State(Specification specification, Holding holding, long newestSeq) {
    this.specification = specification;
    this.holding = holding;
    this.lanes = new Lanes(holding);
    this.ties = new Ties(specification);
    this.changeovers = new Changeovers(ties);
    this.newestSeq = newestSeq;
    specification.links().keySet().forEach(this::gate);
    for (Destination destination : specification.destinations().values()) {
      Exit exit = new Exit(destination, holding.gate());
      exits.put(destination.name(), exit);
      exit.gates = destination.links().stream().map(this::gate).toList();
    }
  }

  /** The gate of a link; of one that left the specification as well, so that all who wait go on. */
  LinkGate gate(String link) {
    return gates.computeIfAbsent(
        link, name -> new LinkGate(name, specification.links().containsKey(name), holding.gate()));
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
    assign(message);
    if (message.exit != null) {
      message.exit.count(message, 1);
    }
    index(message);
    ties.attach(message);
  }

  /** Finds the exit of a message whose destination is known now, and the gates of its links. */
  void assign(OpenMessage message) {
    Exit exit = message.destination == null ? null : exits.get(message.destination);
    message.exit = exit;
    if (exit != null) {
      message.gates = message.links.isEmpty() ? exit.gates : gates(message.links, exit);
    }
  }

  private List<LinkGate> gates(List<String> links, Exit exit) {
    return Stream.concat(exit.gates.stream(), links.stream().map(this::gate)).distinct().toList();
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
    return adopt(fact);
  }

  /** Holds a message that only the table had. */
  OpenMessage adopt(MessageRow row) {
    OpenMessage adopted = new OpenMessage(row);
    add(adopted);
    lanes.join(adopted);
    if (adopted.tie != null) {
      ties.place(adopted.tie, adopted.lanes, adopted.ranks);
    }
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

  /** That version of a message is durable: what is at rest or parked can be forgotten. */
  void durable(long seq, int version) {
    OpenMessage message = messages.get(seq);
    if (message != null && message.version == version && (message.leaves || message.atRest())) {
      forget(message);
    }
  }

  /** Forgets a message of which memory knows no more than the table. */
  void forget(OpenMessage message) {
    if (message.link != null && message.parked == Parked.LINK) {
      gate(message.link).parkedFrom(message.seq());
    }
    if (message.passing) {
      message.gates.forEach(gate -> gate.forget(message));
    }
    lanes.park(message);
    messages.remove(message.seq());
    message.forgotten = true;
    unindex(message);
    ties.detach(message);
    if (message.exit != null) {
      message.exit.count(message, -1);
      if (message.parked == Parked.DESTINATION) {
        message.exit.parkedFrom(message.seq());
      }
    }
  }
}
