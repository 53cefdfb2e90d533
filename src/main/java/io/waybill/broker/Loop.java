package io.waybill.broker;

import io.waybill.engine.Decision;
import io.waybill.engine.Engine;
import io.waybill.engine.Event;
import io.waybill.engine.Fate;
import io.waybill.journal.Group;
import io.waybill.journal.Journal;
import io.waybill.journal.JournalException;
import io.waybill.message.DestinationState;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.Page;
import io.waybill.message.Payload;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.ReplyTo;
import io.waybill.message.Status;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that joins engine, journal and effects. One turn: take what has come in, look up what
 * only the table knows, let the engine decide, hand the decisions as one group to the journal; and
 * when an earlier group is durable, let its effects happen. While one group commits the next is
 * decided.
 *
 * <p>If a group cannot be written, memory is thrown away and rebuilt from the table under a new
 * epoch. Where something in the group was to blame, its inputs are decided again one by one until
 * the culprit is alone. Where the database failed, nobody knows whether the group was written:
 * submitters are told to keep their documents, and the outcomes of attempts still running here are
 * offered again.
 *
 * <p>Everything here runs on one thread, or in a simulation step by step.
 */
final class Loop {

  /** One group is being written, one may wait behind it; more would only make groups smaller. */
  private static final int MOST_UNDER_WAY = 2;

  /** How many lanes without messages take as much memory as a message. */
  private static final int LANES_PER_MESSAGE = 4;

  /** How many ties of messages that are parked take as much memory as a message. */
  private static final int TIES_PER_MESSAGE = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final Journal journal;
  private final Committer committer;
  private Specification specification;
  private final Readings readings;
  private final Postings postings;
  private final Effects effects;
  private final Inbox inbox;
  private final Clock clock;
  private final BrokerSettings settings;

  private final Deque<Draft> underWay = new ArrayDeque<>();
  private final Deque<Input> pending = new ArrayDeque<>();
  private final PayloadCache payloads;
  private @Nullable Engine engine;
  private long epoch;
  private long drafts;
  private long tickets;

  /** Inputs of a group that could not be written: decided one by one before anything else. */
  private final Deque<Input> suspects = new ArrayDeque<>();

  private final Outage outage;

  /** What made the present rules hold, until that is audited. */
  private Input.@Nullable Reloaded reloading;

  /** Whether everything has to be paused before anything leaves; until that is durable. */
  private boolean startsHeld;

  Loop(
      Journal journal,
      Committer committer,
      Specification specification,
      Readings readings,
      Postings postings,
      Effects effects,
      Inbox inbox,
      Clock clock,
      BrokerSettings settings) {
    this.journal = journal;
    this.committer = committer;
    this.specification = specification;
    this.readings = readings;
    this.postings = postings;
    this.effects = effects;
    this.inbox = inbox;
    this.clock = clock;
    this.settings = settings;
    payloads = new PayloadCache(settings.cacheBytes());
    outage = new Outage(settings);
    startsHeld = settings.held();
  }

  /** Why nothing can be written at present; null while it can. */
  @Nullable String trouble() {
    return outage.reason();
  }

  /** When the loop has something to do without any input; null for never. */
  @Nullable Instant nextDue() {
    Engine running = engine;
    if (running == null) {
      return outage.nextTry();
    }
    if (!suspects.isEmpty()) {
      return underWay.isEmpty() ? Instant.MIN : null;
    }
    if (underWay.size() == MOST_UNDER_WAY || mustWait()) {
      return null;
    }
    return pending.isEmpty() ? running.nextDue() : Instant.MIN;
  }

  /** One turn with everything that has come in by now. */
  void turn() {
    Input input = inbox.poll();
    while (input != null) {
      if (input instanceof Input.Committed committed) {
        committed(committed);
      } else if (!(input instanceof Input.Wake)) {
        pending.add(input);
      }
      input = inbox.poll();
    }
    if (engine == null) {
      rebuild();
    }
    if (engine != null) {
      decide(engine);
    } else {
      refusePending();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private void decide(Engine running) {
    while (underWay.size() < MOST_UNDER_WAY && !mustWait()) {
      Instant now = now();
      Instant due = running.nextDue();
      boolean timeCame = suspects.isEmpty() && due != null && !due.isAfter(now);
      List<Input> batch = nextBatch();
      if (batch.isEmpty() && !timeCame) {
        return;
      }
      if (!batch.isEmpty() && batch.get(0) instanceof Input.Reloaded reloaded) {
        reload(reloaded);
        return;
      }
      Draft draft = new Draft(++drafts);
      batch.forEach(draft::from);
      underWay.add(draft);
      try {
        if (suspects.isEmpty()) {
          readParked(running, now, draft);
        }
        Facts facts = Facts.of(batch, journal, running, readings);
        for (Input input : batch) {
          apply(running, facts.event(input, ++tickets), input, now, draft);
        }
        if (timeCame) {
          apply(running, new Event.TimeCame(), new Input.Wake(), now, draft);
        }
      } catch (JournalException e) {
        failed(e);
        return;
      } catch (RuntimeException e) {
        LOG.error("The engine could not decide", e);
        failed(new JournalException(JournalException.Kind.DATA, "engine: " + e, e));
        return;
      }
      commit(draft);
    }
  }

  /** What is looked up in the table has to hold all that was decided before. */
  private boolean mustWait() {
    return !underWay.isEmpty()
        && (underWay.element().alone() || pending.peek() instanceof Input.Alone);
  }

  /** Brings in what is parked and comes near its turn: there is no turn without it. */
  private void readParked(Engine running, Instant now, Draft draft) {
    for (List<Page> pages = running.pages(); !pages.isEmpty(); pages = running.pages()) {
      journal
          .parked(pages)
          .forEach(
              (page, rows) ->
                  running
                      .read(page, rows, now)
                      .forEach(decision -> take(decision, new Input.Wake(), draft)));
    }
  }

  private void commit(Draft draft) {
    draft.posts().forEach(post -> postings.intended(post, epoch));
    long number = draft.number();
    committer.commit(
        draft.group(epoch), failure -> inbox.put(new Input.Committed(number, failure)));
  }

  /** Suspects alone, one at a time; otherwise everything up to the size of a group. */
  private List<Input> nextBatch() {
    if (!suspects.isEmpty()) {
      return underWay.isEmpty() ? List.of(suspects.remove()) : List.of();
    }
    if (pending.peek() instanceof Input.Alone) {
      return List.of(pending.remove());
    }
    List<Input> batch = new ArrayList<>(Math.min(pending.size(), settings.groupSize()));
    while (batch.size() < settings.groupSize()
        && !pending.isEmpty()
        && !(pending.peek() instanceof Input.Alone)) {
      Input next = pending.remove();
      batch.add(next instanceof Input.Submitted submitted ? readings.present(submitted) : next);
    }
    return batch;
  }

  private void apply(Engine running, Event event, Input input, Instant now, Draft draft) {
    for (Decision decision : running.step(event, now)) {
      take(decision, input, draft);
    }
  }

  private void take(Decision decision, Input input, Draft draft) {
    if (decision instanceof Decision.Inserted inserted) {
      Payload payload =
          input instanceof Input.Submitted submitted ? submitted.submission().payload() : null;
      draft.insert(inserted.row(), payload);
      if (payload != null && awaitsPosting(inserted.row())) {
        payloads.put(inserted.row().seq(), payload);
      }
    } else if (decision instanceof Decision.Changed changed) {
      draft.change(changed);
    } else if (decision instanceof Decision.Remembered remembered) {
      draft.remember(remembered.fact(), remembered.seq());
    } else if (decision instanceof Decision.Replied replied) {
      draft.reply(replied.reply());
    } else if (decision instanceof Decision.Revised revised) {
      draft.revise(revised.row(), revised.payload());
    } else if (decision instanceof Decision.StepChanged changed) {
      draft.change(changed.step());
    } else if (decision instanceof Decision.Noted noted) {
      draft.note(noted.entry());
    } else if (decision instanceof Decision.Post post) {
      draft.post(post);
    } else if (decision instanceof Decision.DestinationChanged changed) {
      draft.change(changed.state());
    } else if (decision instanceof Decision.LinkChanged changed) {
      draft.change(changed.state());
    } else if (decision instanceof Decision.PauseChanged changed) {
      draft.change(changed.state());
    } else if (decision instanceof Decision.SeriesChanged changed) {
      draft.change(changed);
    } else if (decision instanceof Decision.Audited audited) {
      draft.audit(audited);
    } else if (decision instanceof Decision.CarriedOut && input instanceof Input.Ordered ordered) {
      draft.answer(() -> ordered.answer().complete(null));
    } else if (decision instanceof Decision.CarriedOut
        && input instanceof Input.Imported imported) {
      draft.audit(
          new Group.Audit(now(), imported.who(), "import-posted", imported.what(), imported.why()));
      draft.answer(() -> imported.answer().complete(null));
    } else if (decision instanceof Decision.Answered answered
        && input instanceof Input.Submitted submitted) {
      Receipt receipt =
          new Receipt(Receipt.Result.valueOf(answered.result().name()), answered.row());
      ReplyTo replyTo = submitted.submission().replyTo();
      if (replyTo != null && answered.row().received().ownsId()) {
        draft.ask(answered.row().seq(), now(), replyTo);
      }
      draft.answer(() -> effects.receive(submitted, receipt));
    } else if (decision instanceof Decision.Done done && input instanceof Input.Reported reported) {
      draft.answer(() -> reported.answer().complete(done.row()));
    } else if (decision instanceof Decision.Done done && input instanceof Input.Acted acted) {
      if (acted.action().kind() == Action.Kind.INTERRUPT) {
        draft.answer(() -> effects.interrupt(done.row(), acted.action()));
      }
      draft.answer(() -> acted.answer().complete(done.row()));
    } else if (decision instanceof Decision.Declined declined
        && input instanceof Input.Decided decided) {
      ActionRefused refusal =
          new ActionRefused(
              ActionRefused.Cause.valueOf(declined.cause().name()), declined.message());
      draft.answer(() -> decided.answer().completeExceptionally(refusal));
    } else {
      throw new IllegalStateException("A decision that fits no input: " + decision);
    }
  }

  private static boolean awaitsPosting(MessageRow row) {
    return row.standing().destination() != null && row.standing().parked() == null;
  }

  private void committed(Input.Committed committed) {
    Draft draft = underWay.peek();
    if (draft == null || draft.number() != committed.number()) {
      // Of a group that was given up when memory was rebuilt: its fate was read from the table.
      return;
    }
    RuntimeException failure = committed.failure();
    if (failure != null) {
      failed(failure);
      return;
    }
    underWay.remove();
    startsHeld = false;
    Engine running = engine;
    outage.ends(inMemory());
    if (running != null) {
      draft.rows().forEach(row -> running.durable(row.seq(), row.standing().version()));
      draft.series().forEach(change -> running.durable(change.state()));
    }
    for (Input input : draft.inputs()) {
      if (input instanceof Input.Ended ended) {
        draft.trace(ended.seq(), postings.durable(ended.seq(), ended.version()));
      }
    }
    effects.happen(draft, payloads, epoch);
  }

  /** Throws memory away. What was under way is decided again, or its senders keep it. */
  private void failed(RuntimeException failure) {
    JournalException.Kind kind =
        failure instanceof JournalException known
            ? known.kind()
            : JournalException.Kind.INFRASTRUCTURE;
    if (kind == JournalException.Kind.LEASE_LOST) {
      throw new LeaseLost(failure);
    }
    engine = null;
    payloads.clear();
    List<Input> given = new ArrayList<>();
    boolean alone = underWay.size() == 1 && underWay.element().inputs().size() == 1;
    underWay.forEach(draft -> given.addAll(draft.inputs()));
    underWay.clear();
    if (kind == JournalException.Kind.DATA) {
      LOG.warn("A group could not be written and is taken apart: {}", failure.getMessage());
      if (given.isEmpty()) {
        // Not of anybody's input: time alone caused it. Do not spin.
        outage.goesOn(failure, now());
      }
      suspect(alone ? withoutCulprit(given.get(0), failure) : given);
    } else {
      outage.goesOn(failure, now());
      given.addAll(suspects);
      suspects.clear();
      given.forEach(this::refuse);
    }
  }

  private void suspect(List<Input> inputs) {
    for (int i = inputs.size() - 1; i >= 0; i--) {
      suspects.addFirst(inputs.get(i));
    }
  }

  /** What replaces an input that alone makes its group unwritable: nothing received is dropped. */
  private List<Input> withoutCulprit(Input culprit, RuntimeException failure) {
    String what = "the journal cannot hold it: " + failure.getMessage();
    if (culprit instanceof Input.Submitted submitted
        && !(submitted.reading() instanceof Reading.Unread unread
            && unread.reason() == Reason.UNSTORABLE)) {
      LOG.error("A document from {} is kept as failed: {}", submitted.submission().source(), what);
      return List.of(
          readings.failed(submitted, new Reading.Unread(Reason.UNSTORABLE, what, null, null)));
    }
    if (culprit instanceof Input.Decided decided) {
      effects.run(
          () ->
              decided
                  .answer()
                  .completeExceptionally(new ActionRefused(ActionRefused.Cause.NOT_ALLOWED, what)));
      return List.of();
    }
    throw new IllegalStateException("Even alone this cannot be written: " + culprit, failure);
  }

  private void refusePending() {
    List<Input> keep = new ArrayList<>();
    for (Input input : pending) {
      if (input instanceof Input.Submitted || input instanceof Input.Decided) {
        refuse(input);
      } else if (input instanceof Input.Ended || input instanceof Input.Probed) {
        // An outcome is kept by the postings and offered again; the next probe will tell anew.
        LOG.debug("Not while the journal is away: {}", input);
      } else {
        keep.add(input);
      }
    }
    pending.clear();
    pending.addAll(keep);
  }

  private void refuse(Input input) {
    NotNow notNow =
        new NotNow(
            "The journal is not available; keep the document and send it again",
            settings.mostPause());
    if (input instanceof Input.Submitted submitted) {
      effects.refuse(submitted, notNow);
    } else if (input instanceof Input.Decided decided) {
      effects.run(() -> decided.answer().completeExceptionally(notNow));
    }
  }

  /**
   * Goes over to other rules, with nothing under way: memory is built anew by them from the table.
   * Attempts that are running go on as they are.
   */
  private void reload(Input.Reloaded reloaded) {
    try {
      String objection = RuleChange.objection(specification, reloaded.specification(), journal);
      if (objection != null) {
        effects.run(
            () ->
                reloaded
                    .answer()
                    .completeExceptionally(
                        new ActionRefused(ActionRefused.Cause.NOT_ALLOWED, objection)));
        return;
      }
    } catch (JournalException e) {
      refuse(reloaded);
      failed(e);
      return;
    }
    specification = reloaded.specification();
    readings.use(specification, reloaded.reader());
    effects.use(specification);
    reloaded.accepted().accept(specification);
    reloading = reloaded;
    engine = null;
    rebuild();
    if (engine == null) {
      refuse(reloaded);
    }
    reloading = null;
  }

  /** Takes the partitions over and reads everything that is open. */
  private void rebuild() {
    if (now().isBefore(outage.nextTry())) {
      return;
    }
    try {
      epoch = journal.takeOver(settings.node());
      Engine fresh = new Engine(specification, settings.holding(), journal.lastSeq());
      fresh.require(journal.needed());
      RuleChange.takeOver(specification, journal, fresh);
      journal.remember(fresh.required());
      for (LinkState link : journal.links()) {
        fresh.load(link);
        effects.know(link);
      }
      journal.parkedLinks().forEach(fresh::loadParkedAtLink);
      journal.pauses().forEach(fresh::load);
      for (DestinationState destination : journal.destinations()) {
        fresh.load(destination);
        effects.know(destination);
      }
      journal.parkedDestinations().forEach(fresh::loadParked);
      journal.readParkedLanes(fresh::load);
      Map<MessageRow, Long> posting = new LinkedHashMap<>();
      journal.readOpen(
          (row, writtenUnder) -> {
            fresh.load(row);
            if (row.standing().status() == Status.POSTING
                || row.standing().status() == Status.CANCELLING) {
              posting.put(row, writtenUnder);
            }
          });
      if (!fresh.tied().isEmpty()) {
        journal.readTied(fresh.tied(), fresh::loadTied);
      }
      fresh.load(journal.numbers(fresh.numbered()));
      recover(fresh, posting);
    } catch (JournalException e) {
      if (e.kind() == JournalException.Kind.LEASE_LOST) {
        throw new LeaseLost(e);
      }
      engine = null;
      underWay.clear();
      outage.goesOn(e, now());
    }
  }

  private void recover(Engine fresh, Map<MessageRow, Long> posting) {
    Map<Long, Fate> fates = postings.fates(posting);
    List<PostingId> unknown =
        posting.keySet().stream()
            .filter(row -> fates.get(row.seq()) == Fate.UNKNOWN)
            .map(MessageRow::sentAs)
            .toList();
    if (!unknown.isEmpty()) {
      Set<PostingId> recorded = journal.effects(unknown);
      posting.keySet().stream()
          .filter(row -> recorded.contains(row.sentAs()))
          .forEach(row -> fates.put(row.seq(), Fate.EFFECT_RECORDED));
    }
    engine = fresh;
    Draft draft = new Draft(++drafts);
    Input.Reloaded reloaded = reloading;
    if (reloaded != null) {
      draft.from(reloaded);
      draft.audit(
          new Group.Audit(now(), reloaded.who(), "reload", "specification", reloaded.why()));
      draft.answer(() -> reloaded.answer().complete(null));
    }
    if (startsHeld) {
      fresh.hold(now()).forEach(decision -> take(decision, new Input.Wake(), draft));
    }
    fresh
        .recover(
            row -> fates.getOrDefault(row.seq(), Fate.UNKNOWN),
            journal.posted(fresh.needed()),
            now())
        .forEach(decision -> take(decision, new Input.Wake(), draft));
    underWay.add(draft);
    commit(draft);
    postings.open().forEach(name -> pending.addFirst(new Input.RouteChanged(name, true)));
  }

  /** How many messages the engine holds, lanes included at what they take. */
  int inMemory() {
    Engine running = engine;
    return running == null
        ? 0
        : running.size()
            + (running.lanes() + running.series()) / LANES_PER_MESSAGE
            + Math.max(0, running.ties() - running.size()) / TIES_PER_MESSAGE;
  }
}
