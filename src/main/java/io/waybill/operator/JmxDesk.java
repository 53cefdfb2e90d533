package io.waybill.operator;

import io.waybill.broker.Action;
import io.waybill.broker.ActionRefused;
import io.waybill.broker.NotNow;
import io.waybill.journal.JournalException;
import io.waybill.journal.MessageView;
import io.waybill.journal.Waybills.Count;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Payload;
import io.waybill.message.Status;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jmx.export.annotation.ManagedAttribute;
import org.springframework.jmx.export.annotation.ManagedOperation;
import org.springframework.jmx.export.annotation.ManagedOperationParameter;
import org.springframework.jmx.export.annotation.ManagedResource;

/**
 * The desk by JMX: how messages stand, and the same decisions of people as by HTTP. Fields are
 * named as the columns of the public views.
 *
 * <p>Answers are maps and lists of plain values, and refusals plain exceptions, so that every JMX
 * console can show them. What asks the table at length is an operation, because consoles read
 * attributes again every few seconds.
 */
@ManagedResource(
    description =
        "Waybill's messages: how many stand how, where one of them is, and what a person may decide"
            + " about it. Decisions need a user with the role operator or admin and a reason, and"
            + " are written into the history with both.")
public final class JmxDesk {

  static final String DOMAIN = "io.waybill";

  /** The name of the MBean. */
  public static final String NAME = DOMAIN + ":type=Broker";

  /** The operations that change nothing. */
  static final Set<String> SHOWING =
      Set.of("countAll", "longestLanes", "heldLanes", "find", "message", "why", "timeline");

  private static final int SHOWN = 100;
  private static final int PATIENCE_SECONDS = 30;

  private final Decisions decisions;
  private final Ledger ledger;
  private final Why.Inquiry inquiry;
  private final Reloads reloads;
  private final Audit audit;
  private final Orders orders;

  JmxDesk(
      Decisions decisions,
      Ledger ledger,
      Why.Inquiry inquiry,
      Reloads reloads,
      Audit audit,
      Orders orders) {
    this.decisions = decisions;
    this.ledger = ledger;
    this.inquiry = inquiry;
    this.reloads = reloads;
    this.audit = audit;
    this.orders = orders;
  }

  @ManagedAttribute(
      description = "Messages that are not posted, by status and reason, e.g. \"failed (refused)\"")
  public Map<String, Long> getUnposted() {
    return asked(() -> counted(ledger.countsUnposted()));
  }

  @ManagedAttribute(
      description = "Messages about which a person has to decide: those failed or in doubt")
  public long getToDecide() {
    return asked(
        () ->
            ledger.countsUnposted().stream()
                .filter(
                    count -> count.status() == Status.FAILED || count.status() == Status.IN_DOUBT)
                .mapToLong(Count::messages)
                .sum());
  }

  @ManagedAttribute(description = "Destinations that cannot be reached at present, and why")
  public List<Map<String, @Nullable Object>> getLinksDown() {
    return asked(
        () -> ledger.links().stream().filter(link -> !link.up()).map(MessageJson::link).toList());
  }

  @ManagedOperation(
      description =
          "All messages by status and reason, posted ones too; reads the whole table, so it takes"
              + " its time with many millions")
  public Map<String, Long> countAll() {
    return asked(() -> counted(ledger.counts()));
  }

  private static Map<String, Long> counted(List<Count> counts) {
    Map<String, Long> byName = new TreeMap<>();
    for (Count count : counts) {
      String reason = count.reason() == null ? "" : " (" + count.reason().sqlName() + ")";
      byName.merge(count.status().sqlName() + reason, count.messages(), Long::sum);
    }
    return byName;
  }

  @ManagedOperation(description = "The lanes in which most messages wait, the longest first")
  @ManagedOperationParameter(name = "limit", description = "how many lanes, at most 1000")
  public List<Map<String, @Nullable Object>> longestLanes(int limit) {
    return asked(() -> ledger.longestLanes(limit).stream().map(MessageJson::lane).toList());
  }

  @ManagedOperation(
      description =
          "The lanes that stand still until somebody acts or something outside changes, the one with"
              + " the oldest message first")
  @ManagedOperationParameter(name = "limit", description = "how many lanes, at most 1000")
  public List<Map<String, @Nullable Object>> heldLanes(int limit) {
    return asked(
        () -> ledger.lanes(null, null, true, limit).stream().map(MessageJson::lane).toList());
  }

  @ManagedOperation(
      description = "Messages with that number (seq), message id or business id; at most 100")
  @ManagedOperationParameter(
      name = "id",
      description = "the number, the sender's message id, or the business id")
  public List<Map<String, @Nullable Object>> find(String id) {
    String wanted = id.strip();
    return asked(
        () -> {
          Map<Long, MessageView> found = new TreeMap<>();
          Stream.of(
                  numbered(wanted),
                  ledger.find(asked(wanted, null)),
                  ledger.find(asked(null, wanted)))
              .flatMap(Collection::stream)
              .forEach(view -> found.put(view.seq(), view));
          return found.values().stream().limit(SHOWN).map(MessageJson::message).toList();
        });
  }

  private List<MessageView> numbered(String text) {
    return text.matches("\\d{1,18}")
        ? ledger.message(Long.parseLong(text)).stream().toList()
        : List.of();
  }

  private static Ledger.Filter asked(@Nullable String messageId, @Nullable String businessId) {
    return new Ledger.Filter(
        null, null, messageId, businessId, null, List.of(), null, null, 0, SHOWN);
  }

  @ManagedOperation(
      description = "One message: where it is, what it waits for, and its place in its lanes")
  @ManagedOperationParameter(name = "seq", description = "its number")
  public Map<String, @Nullable Object> message(long seq) {
    return asked(
        () -> {
          Map<String, @Nullable Object> json = new LinkedHashMap<>(MessageJson.message(known(seq)));
          json.put("positions", ledger.places(seq).stream().map(MessageJson::place).toList());
          return json;
        });
  }

  @ManagedOperation(
      description =
          "Why a message is not posted: what it waits for, what that waits for, and so on to the root"
              + " cause and what would help")
  @ManagedOperationParameter(name = "seq", description = "its number")
  public Map<String, @Nullable Object> why(long seq) {
    return asked(
        () -> inquiry.why(seq).map(WhyJson::of).orElseThrow(() -> MessageController.unknown(seq)));
  }

  @ManagedOperation(description = "What happened to a message, oldest first")
  @ManagedOperationParameter(name = "seq", description = "its number")
  public List<Map<String, @Nullable Object>> timeline(long seq) {
    return asked(
        () -> {
          long known = known(seq).seq();
          return ledger.history(known).stream().map(MessageJson::history).toList();
        });
  }

  private MessageView known(long seq) {
    return ledger
        .message(seq)
        .orElseThrow(() -> new IllegalArgumentException("There is no message %d.".formatted(seq)));
  }

  @ManagedOperation(
      description =
          "Posts a message (again), in its place or, where it left its lanes, at their end")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> retry(long seq, String why) {
    return act(Action.Kind.RETRY, seq, why);
  }

  @ManagedOperation(
      description =
          "Closes a message unposted; whoever waits behind it goes on. The answer lists them. Refused"
              + " where others require it")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> skip(long seq, String why) {
    if (Caller.is(Role.OPERATOR)) {
      asked(
          () -> {
            ActionController.refuseWhere(seq, ledger.requiring(seq, SHOWN));
            return seq;
          });
    }
    return act(Action.Kind.SKIP, seq, why);
  }

  @ManagedOperation(
      description =
          "Closes a message unposted although others may require it: these wait on, as a skipped"
              + " message satisfies nobody")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> skipDespite(long seq, String why) {
    return act(Action.Kind.SKIP, seq, why);
  }

  @ManagedOperation(
      description =
          "Says what became of a message: the destination has it (closed as posted), or it has not"
              + " (posted again). A wrong answer cannot be undone")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(
      name = "posted",
      description = "true where the destination has it, false where it has not")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> settle(long seq, boolean posted, String why) {
    return act(posted ? Action.Kind.SETTLE_POSTED : Action.Kind.SETTLE_NOT_POSTED, seq, why);
  }

  @ManagedOperation(
      description =
          "Types and keys a message by the present specification and puts it at the end of its lanes")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> reread(long seq, String why) {
    return act(Action.Kind.REREAD, seq, why);
  }

  @ManagedOperation(
      description = "Lets a message be posted without a prerequisite that it waits for")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(
      name = "prerequisite",
      description = "which one, as the message says; may be empty where only one is missing")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> waive(long seq, String prerequisite, String why) {
    return act(Action.Kind.WAIVE, seq, prerequisite.isBlank() ? null : prerequisite, null, why);
  }

  @ManagedOperation(
      description =
          "Reads the configuration and the routes again: all of it, or nothing where anything is"
              + " wrong. Needs the role admin")
  @ManagedOperationParameter(name = "why", description = "the reason, for the audit")
  public Map<String, Object> reload(String why) {
    User user =
        Caller.user()
            .filter(caller -> caller.is(Role.ADMIN))
            .orElseThrow(
                () ->
                    new SecurityException(
                        "A reload needs a name for the audit: log in at /hawtio as a user with the"
                            + " role admin."));
    boolean done = false;
    try {
      Reloads.Outcome outcome =
          asked(() -> reloads.reload(user.name(), ActionController.why(why), false));
      if (outcome.refused()) {
        throw new IllegalStateException(
            "Nothing was changed; the rules and routes before go on:\n"
                + String.join(
                    "\n",
                    ReloadController.texts(outcome, io.waybill.spec.load.Problem.Severity.ERROR)));
      }
      done = true;
      return ReloadController.json(outcome, false);
    } finally {
      audit.done(Caller.line("JMX reload", why, done ? "done" : "refused"));
    }
  }

  @ManagedOperation(
      description =
          "Puts another document in the place of a message's; its operation, id and keys stay."
              + " Whoever failed stays so until it is retried")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "document", description = "the document, written as UTF-8")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> edit(long seq, String document, String why) {
    byte[] body = document.getBytes(StandardCharsets.UTF_8);
    return act(Action.Kind.EDIT, seq, null, new Payload(body, null, Map.of()), why);
  }

  @ManagedOperation(
      description =
          "Gives up an attempt that hangs: its answer counts as lost, and the delivery class of the"
              + " destination decides what follows")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> interrupt(long seq, String why) {
    return act(Action.Kind.INTERRUPT, seq, why);
  }

  @ManagedOperation(
      description =
          "Posts a posted message once more, as a new run with a posting id of its own, at the end of"
              + " its lanes: the destination does it a second time")
  @ManagedOperationParameter(name = "seq", description = "its number")
  @ManagedOperationParameter(name = "why", description = "the reason, for the history")
  public Map<String, @Nullable Object> repost(long seq, String why) {
    return act(Action.Kind.REPOST, seq, why);
  }

  @ManagedOperation(
      description =
          "Has a lane wait no more for numbers that it misses; one that comes late is from the past")
  @ManagedOperationParameter(name = "lane", description = "the lane, e.g. cust:4711")
  @ManagedOperationParameter(name = "upTo", description = "the last number that is not waited for")
  @ManagedOperationParameter(name = "why", description = "the reason, for the audit")
  public Map<String, @Nullable Object> closeGap(String lane, long upTo, String why) {
    User user = decider();
    String what = "JMX close_gap %s up to %d".formatted(lane, upTo);
    boolean done = false;
    try {
      Map<String, @Nullable Object> answer =
          asked(
              () -> {
                LaneName name = LaneName.parse(lane.strip());
                String reason = ActionController.why(why);
                awaited(
                    orders.carryOut(
                        new Order(
                            Order.Verb.CLOSE_GAP, name.toString(), user.name(), reason, upTo)));
                return NumberController.json(ledger.numbers(name, 1).get(0));
              });
      done = true;
      return answer;
    } finally {
      audit.done(Caller.line(what, why, done ? "done" : "refused"));
    }
  }

  private Map<String, @Nullable Object> act(Action.Kind kind, long seq, String why) {
    return act(kind, seq, null, null, why);
  }

  private Map<String, @Nullable Object> act(
      Action.Kind kind,
      long seq,
      @Nullable String prerequisite,
      @Nullable Payload document,
      String why) {
    User user = decider();
    String what = "JMX %s %d".formatted(kind.name().toLowerCase(Locale.ROOT), seq);
    boolean done = false;
    try {
      Map<String, @Nullable Object> answer = decided(kind, seq, prerequisite, document, why, user);
      done = true;
      return answer;
    } finally {
      audit.done(Caller.line(what, why, done ? "done" : "refused"));
    }
  }

  private static User decider() {
    return Caller.user()
        .filter(caller -> caller.is(Role.OPERATOR))
        .orElseThrow(
            () ->
                new SecurityException(
                    "Decisions need a name for the history: log in at /hawtio as a user with the"
                        + " role operator or admin."));
  }

  private Map<String, @Nullable Object> decided(
      Action.Kind kind,
      long seq,
      @Nullable String prerequisite,
      @Nullable Payload document,
      String why,
      User user) {
    return asked(
        () -> {
          MessageView before = known(seq);
          ActionController.requireDocument(ledger, kind, seq);
          Action action =
              new Action(
                  kind, seq, user.name(), ActionController.why(why), null, prerequisite, document);
          // who waits is asked before, while the message still has its places
          List<Map<String, @Nullable Object>> waiting =
              ActionController.freesLanes(kind)
                  ? ledger.behind(seq, SHOWN).stream().map(MessageJson::waiting).toList()
                  : List.of();
          MessageView after = MessageView.of(carriedOut(action), before.node(), before.epoch());
          Map<String, @Nullable Object> json = MessageJson.message(after);
          json.put("waiting", waiting);
          return json;
        });
  }

  private MessageRow carriedOut(Action action) {
    return awaited(decisions.act(action));
  }

  private static <T> T awaited(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "The journal did not answer in time. Look again: it may have changed or not.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted; look again.", e);
    }
  }

  /** Refusals are told in exceptions that a console elsewhere knows too. */
  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (ProblemException e) {
      throw new IllegalArgumentException(e.getMessage());
    } catch (ActionRefused | NotNow | JournalException e) {
      throw new IllegalStateException(e.getMessage());
    }
  }
}
