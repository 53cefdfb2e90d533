package io.waybill.broker;

import io.waybill.engine.Engine;
import io.waybill.engine.Event;
import io.waybill.journal.Journal;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.Order;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What only the table knows about a batch of inputs, looked up at once before the engine decides.
 * The engine's own memory is never older than these facts and goes before them.
 */
final class Facts {

  private final Map<MessageKey, MessageRow> owners = new HashMap<>();
  private final Map<Journal.Twin, MessageRow> twins = new HashMap<>();
  private final Map<Long, MessageRow> rows = new HashMap<>();
  private final Map<Long, Event.Reread> rereads = new HashMap<>();
  private final IdentityHashMap<Input, Event.Edition> editions = new IdentityHashMap<>();
  private final Set<PostingId> effects = new HashSet<>();
  private final Set<PostedAs> posted = new HashSet<>();
  private KnownNumbers numbers = KnownNumbers.NONE;

  private Facts() {}

  /** Looks up what the engine needs to know to decide on these inputs. */
  static Facts of(List<Input> inputs, Journal journal, Engine engine, Readings readings) {
    Facts facts = new Facts();
    facts.lookUpRows(inputs, journal, engine);
    facts.readAgain(inputs, journal, readings);
    facts.readEdited(inputs, journal, readings);
    facts.lookUpOwners(inputs, journal);
    facts.lookUpEffects(inputs, journal);
    facts.lookUpPosted(inputs, journal);
    facts.lookUpNumbers(inputs, journal);
    return facts;
  }

  private void lookUpRows(List<Input> inputs, Journal journal, Engine engine) {
    Set<Long> seqs = new HashSet<>();
    for (Input input : inputs) {
      if (input instanceof Input.Reported reported && !engine.remembers(reported.report().seq())) {
        seqs.add(reported.report().seq());
      }
      if (input instanceof Input.Acted acted
          && (!engine.remembers(acted.action().seq())
              || acted.action().kind() == Action.Kind.REREAD
              || acted.action().kind() == Action.Kind.EDIT)) {
        seqs.add(acted.action().seq());
      }
    }
    if (!seqs.isEmpty()) {
      rows.putAll(journal.rows(seqs));
    }
  }

  private void readAgain(List<Input> inputs, Journal journal, Readings readings) {
    for (Input input : inputs) {
      if (input instanceof Input.Acted acted && acted.action().kind() == Action.Kind.REREAD) {
        MessageRow row = rows.get(acted.action().seq());
        if (row != null) {
          Journal.PayloadKey key = new Journal.PayloadKey(row.seq(), row.standing().revision());
          Payload payload = journal.payloads(Set.of(key)).get(key);
          if (payload != null) {
            rereads.put(row.seq(), readings.again(row, payload));
          }
        }
      }
    }
  }

  private void readEdited(List<Input> inputs, Journal journal, Readings readings) {
    for (Input input : inputs) {
      Payload document = input instanceof Input.Acted acted ? acted.action().document() : null;
      MessageRow row = input instanceof Input.Acted acted ? rows.get(acted.action().seq()) : null;
      if (document != null && row != null) {
        Journal.PayloadKey key = new Journal.PayloadKey(row.seq(), row.standing().revision());
        Payload before = journal.payloads(Set.of(key)).get(key);
        if (before != null) {
          editions.put(input, readings.edited(row, document, before));
        }
      }
    }
  }

  private void lookUpOwners(List<Input> inputs, Journal journal) {
    Set<MessageKey> keys = new HashSet<>();
    Set<Journal.Twin> failing = new HashSet<>();
    for (Input input : inputs) {
      if (input instanceof Input.Submitted submitted) {
        MessageKey key = key(submitted.reading(), submitted.submission());
        if (key != null) {
          keys.add(key);
        } else {
          failing.add(twin(submitted));
        }
      }
    }
    rereads.forEach(
        (seq, reread) -> {
          MessageRow row = rows.get(seq);
          if (row != null && reread.reading() instanceof Reading.Read read) {
            keys.add(new MessageKey(read.operation(), row.received().sender(), read.messageId()));
          }
        });
    if (!keys.isEmpty()) {
      owners.putAll(journal.owners(keys));
    }
    for (Input input : inputs) {
      if (input instanceof Input.Submitted submitted && conflicts(submitted)) {
        failing.add(twin(submitted));
      }
    }
    if (!failing.isEmpty()) {
      twins.putAll(journal.twins(failing));
    }
  }

  /** A conflict is known from the table, or with a message of the same batch: then ask as well. */
  private boolean conflicts(Input.Submitted submitted) {
    MessageKey key = key(submitted.reading(), submitted.submission());
    MessageRow owner = key == null ? null : owners.get(key);
    return owner != null && !owner.received().fingerprint().equals(submitted.fingerprint());
  }

  private void lookUpEffects(List<Input> inputs, Journal journal) {
    Set<PostingId> ambiguous = new HashSet<>();
    for (Input input : inputs) {
      if (input instanceof Input.Ended ended && ended.outcome() instanceof Outcome.Ambiguous) {
        ambiguous.add(ended.id());
      }
    }
    if (!ambiguous.isEmpty()) {
      effects.addAll(journal.effects(ambiguous));
    }
  }

  /** Only what somebody here needs. */
  private void lookUpPosted(List<Input> inputs, Journal journal) {
    Set<PostedAs> needed = new HashSet<>();
    for (Input input : inputs) {
      if (input instanceof Input.Submitted submitted) {
        addNeeds(submitted.reading(), needed);
      }
    }
    rows.values().forEach(row -> add(row.received().needs(), needed));
    rereads.values().forEach(reread -> addNeeds(reread.reading(), needed));
    editions.values().forEach(edition -> addNeeds(edition.reading(), needed));
    if (!needed.isEmpty()) {
      posted.addAll(journal.posted(needed));
    }
  }

  private void lookUpNumbers(List<Input> inputs, Journal journal) {
    Set<Numbered> asked = new HashSet<>();
    for (Input input : inputs) {
      if (input instanceof Input.Submitted submitted) {
        addNumbers(submitted.reading(), asked);
      } else if (input instanceof Input.Ordered ordered) {
        addGap(ordered.order(), asked);
      }
    }
    rereads.values().forEach(reread -> addNumbers(reread.reading(), asked));
    if (!asked.isEmpty()) {
      numbers = journal.numbers(asked);
    }
  }

  private static void addNumbers(Reading reading, Set<Numbered> asked) {
    if (reading instanceof Reading.Read read) {
      asked.addAll(read.numbers());
    }
  }

  private static void addGap(Order order, Set<Numbered> asked) {
    Long upTo = order.upTo();
    if (upTo != null) {
      asked.add(new Numbered(LaneName.parse(order.name()), upTo));
    }
  }

  private static void addNeeds(Reading reading, Set<PostedAs> needed) {
    if (reading instanceof Reading.Read read) {
      add(read.needs(), needed);
    }
  }

  private static void add(List<Need> needs, Set<PostedAs> needed) {
    for (Need need : needs) {
      needed.addAll(need.anyOf());
    }
  }

  private static @Nullable MessageKey key(Reading reading, Submission submission) {
    return reading instanceof Reading.Read read
        ? new MessageKey(read.operation(), submission.sender(), read.messageId())
        : null;
  }

  private static Journal.Twin twin(Input.Submitted submitted) {
    return new Journal.Twin(submitted.submission().sender(), submitted.fingerprint());
  }

  /** The input as an event of the engine, with what is known. */
  Event event(Input input, long ticket) {
    if (input instanceof Input.Submitted submitted) {
      MessageKey key = key(submitted.reading(), submitted.submission());
      return new Event.Arrived(
          ticket,
          submitted.reading(),
          submitted.submission().sender(),
          submitted.submission().source(),
          submitted.fingerprint(),
          submitted.partition(),
          key == null ? null : owners.get(key),
          twins.get(twin(submitted)),
          posted,
          numbers);
    }
    if (input instanceof Input.Ended ended) {
      return new Event.Ended(
          ended.seq(), ended.version(), ended.outcome(), effects.contains(ended.id()), ended.id());
    }
    if (input instanceof Input.Acted acted) {
      return decided(acted, ticket);
    }
    if (input instanceof Input.Reported reported) {
      Report report = reported.report();
      return new Event.Reported(
          ticket, report.seq(), report.id(), report.outcome(), rows.get(report.seq()), posted);
    }
    if (input instanceof Input.RouteChanged route) {
      return route.open()
          ? new Event.Opened(route.destination())
          : new Event.Closed(route.destination());
    }
    if (input instanceof Input.Probed probed) {
      return new Event.Probed(probed.link(), probed.up(), probed.trouble());
    }
    if (input instanceof Input.Imported imported) {
      return new Event.Imported(ticket, imported.facts());
    }
    if (input instanceof Input.Ordered ordered) {
      return new Event.Ordered(ticket, ordered.order(), numbers);
    }
    throw new IllegalArgumentException("Not for the engine: " + input);
  }

  private Event.Decided decided(Input.Acted acted, long ticket) {
    Action action = acted.action();
    MessageRow row = rows.get(action.seq());
    Event.Reread reread = rereads.get(action.seq());
    MessageRow owner = null;
    if (row != null && reread != null && reread.reading() instanceof Reading.Read read) {
      owner =
          owners.get(new MessageKey(read.operation(), row.received().sender(), read.messageId()));
    }
    return new Event.Decided(
        ticket,
        Event.Verb.valueOf(action.kind().name()),
        action.seq(),
        action.who(),
        action.why(),
        action.version(),
        row,
        reread,
        owner,
        action.prerequisite(),
        posted,
        editions.get(acted),
        numbers);
  }
}
