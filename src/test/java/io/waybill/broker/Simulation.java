package io.waybill.broker;

import io.waybill.journal.Journal;
import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Numbered;
import io.waybill.message.Order;
import io.waybill.message.Payload;
import io.waybill.message.Plan;
import io.waybill.message.PlannedStep;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.message.Release;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import io.waybill.message.Submission;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Expression;
import io.waybill.spec.Link;
import io.waybill.spec.Numbering;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Reading;
import io.waybill.spec.ReplyTerms;
import io.waybill.spec.Requirement;
import io.waybill.spec.Retry;
import io.waybill.spec.Sequencing;
import io.waybill.spec.SequencingGroup;
import io.waybill.spec.Specification;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A world around the real engine and loop, driven from a seed: senders that repeat what was not
 * acknowledged, destinations that fail in every way, a database that breaks off, processes that are
 * killed, or paused and overtaken by another, and an operator who settles what is left. Every
 * effect and every row is checked as it happens; at the end all must be accounted for.
 *
 * <p>Documents are lines: {@code OPERATION ID DESTINATION LANE[,LANE] [NEED[,NEED]]}. A need is
 * {@code OPERATION/ID} or {@code OPERATION@KEY}; with {@code !} behind it the message fails after a
 * time, with {@code ?} it is held. A lane such as {@code even#7} follows numbers, here the seventh.
 * A process has several destinations with {@code >} between them; with {@code ~} before it a step
 * is passed over, with {@code ^} the lane is free from there on, with {@code !} it cannot be
 * undone, with {@code *} it is refused.
 */
final class Simulation {

  /** The queryable one. */
  static final String ASKED = "ask";

  /** A sender puts the documents of its lane in one after the other. */
  private static final class Sender {
    final List<String> documents = new ArrayList<>();
    int next;
    @Nullable CompletableFuture<Receipt> waiting;
    final Map<String, Long> acknowledged = new LinkedHashMap<>();
  }

  static final ReplyTerms TERMS =
      new ReplyTerms(Release.REQUIRED, Duration.ofDays(1), false, List.of());

  private static final ReplyTerms GIVING =
      new ReplyTerms(Release.NONE, Duration.ofDays(1), true, List.of());

  static boolean replies(String operation) {
    return !operation.equals("GoOn");
  }

  private final Random random;
  private final ManualClock clock = new ManualClock();
  private final SimulatedJournal journal;
  private final Map<String, SimulatedDestination> destinations = new LinkedHashMap<>();
  private final Specification specification;
  private final List<Sender> senders = new ArrayList<>();
  private final List<SimulatedProcess> paused = new ArrayList<>();
  private SimulatedProcess process;

  /** Documents that begin with "late" can be read only from then on. */
  private boolean corrected;

  /** The links, and which of them are there. */
  private final Map<String, Boolean> links = new LinkedHashMap<>();

  private int acts;

  /** Reports that are on their way. */
  private final Map<PostingId, CompletableFuture<MessageRow>> reporting = new LinkedHashMap<>();

  /** Whether messages require each other: in half of the worlds. */
  private final boolean requiring;

  /** Whether lanes follow numbers: in half of the worlds. */
  private final boolean numbering;

  private final Sequencing sequencing;

  Simulation(long seed) {
    random = new Random(seed);
    requiring = random.nextBoolean();
    Random ofNumbers = new Random(seed * 31);
    numbering = ofNumbers.nextBoolean();
    sequencing = numbering ? sequencing(ofNumbers) : Sequencing.NONE;
    journal = new SimulatedJournal(random);
    Map<String, Destination> specified = new LinkedHashMap<>();
    destination("tx", DeliveryClass.TRANSACTIONAL, null, specified);
    destination("dedup", DeliveryClass.DEDUPLICATING, null, specified);
    destination("short", DeliveryClass.DEDUPLICATING, 4L, specified);
    destination("hold", DeliveryClass.HOLD, null, specified);
    destination("repeat", DeliveryClass.REPEAT, null, specified);
    destination(ASKED, DeliveryClass.QUERYABLE, null, specified);
    destination("handed", DeliveryClass.DEDUPLICATING, null, specified);
    links.put("net", random.nextBoolean());
    links.put("edi", random.nextBoolean());
    specification =
        new Specification(specified, operations(), sequencing, Map.of(), specifiedLinks());
    specified
        .values()
        .forEach(
            each -> destinations.put(each.name(), new SimulatedDestination(each, journal, random)));
    journal.faults = random.nextInt(3) == 0 ? 0 : random.nextInt(80);
    destinations
        .values()
        .forEach(each -> each.faults = random.nextInt(3) == 0 ? 0 : random.nextInt(60));
    for (int i = 0; i < 4; i++) {
      senders.add(sender(i));
    }
    if (numbering) {
      number(ofNumbers);
    }
    process = start();
  }

  private void destination(
      String name, DeliveryClass delivery, @Nullable Long count, Map<String, Destination> all) {
    Retry retry =
        new Retry(
            Duration.ofSeconds(1),
            2,
            Duration.ofSeconds(30),
            0.2,
            random.nextBoolean() ? 4 : null,
            random.nextBoolean() ? Duration.ofHours(1) : Duration.ofSeconds(20));
    all.put(
        name,
        new Destination(
            name,
            delivery,
            new Destination.Remembers(null, count),
            Duration.ofSeconds(delivery == DeliveryClass.QUERYABLE ? 7 : 0),
            1 + random.nextInt(3),
            Duration.ofSeconds(30),
            name.startsWith("d") || name.equals("hold") ? List.of("net") : List.of(),
            retry,
            Destination.Classify.DEFAULT,
            name.equals("handed") ? Duration.ofSeconds(1 + random.nextInt(90)) : null));
  }

  private static Map<String, Operation> operations() {
    Map<String, Operation> operations = new LinkedHashMap<>();
    operations.put("Hold", operation("Hold", OnFailure.HOLD, Set.of()).replying(TERMS));
    operations.put("GoOn", operation("GoOn", OnFailure.GO_ON, Set.of()));
    operations.put("Proc", operation("Proc", OnFailure.HOLD, Set.of()).replying(TERMS));
    operations.put("Undo", operation("Undo", OnFailure.COMPENSATE, Set.of()).replying(TERMS));
    operations.put("Later", operation("Later", OnFailure.HOLD, Set.of("GoOn")).replying(GIVING));
    return operations;
  }

  private static Sequencing sequencing(Random random) {
    Map<String, SequencingGroup.Member> members = new LinkedHashMap<>();
    Place here = new Place("simulation", 0);
    Expression some = new Expression.Constant("x", here);
    for (String operation : List.of("Hold", "GoOn", "Later")) {
      members.put(
          operation,
          new SequencingGroup.Member(
              List.of(some),
              new Numbering(
                  some,
                  1,
                  random.nextBoolean() ? Duration.ofSeconds(1 + random.nextInt(3)) : null,
                  any(Numbering.Then.values(), random),
                  any(Numbering.Stray.values(), random),
                  any(Numbering.Stray.values(), random))));
    }
    return new Sequencing(List.of(new SequencingGroup("numbers", "n", members)), Set.of());
  }

  private static <E> E any(E[] all, Random random) {
    return all[random.nextInt(all.length)];
  }

  /**
   * Some documents of all senders have numbers in lanes that they share: mostly in order, some out
   * of it, some twice, some never.
   */
  private void number(Random random) {
    Map<String, List<Long>> left = new LinkedHashMap<>();
    for (String lane : List.of("even", "odd")) {
      List<Long> numbers = new ArrayList<>();
      for (long number = random.nextInt(4) == 0 ? 0 : 1; number < 12; number++) {
        if (random.nextInt(8) > 0) {
          numbers.add(number);
        }
        if (random.nextInt(10) == 0) {
          numbers.add(number);
        }
      }
      for (int i = random.nextInt(6); i > 0; i--) {
        java.util.Collections.swap(
            numbers, random.nextInt(numbers.size()), random.nextInt(numbers.size()));
      }
      left.put(lane, numbers);
    }
    for (int i = 0;
        i < senders.stream().mapToInt(each -> each.documents.size()).max().orElse(0);
        i++) {
      for (Sender sender : senders) {
        if (i < sender.documents.size() && random.nextInt(3) > 0) {
          number(sender.documents, i, left, random);
        }
      }
    }
  }

  private static void number(
      List<String> documents, int at, Map<String, List<Long>> left, Random random) {
    String document = documents.get(at);
    String[] words = document.split(" ");
    if (words.length < 4 || words[3].contains("#") || !words[0].matches("Hold|GoOn|Later")) {
      return;
    }
    StringBuilder lanes = new StringBuilder();
    left.forEach(
        (lane, numbers) -> {
          if (!numbers.isEmpty() && random.nextInt(3) == 0) {
            lanes.append(lanes.isEmpty() ? "" : ",").append(lane).append('#');
            lanes.append(numbers.remove(0));
          }
        });
    if (!lanes.isEmpty()) {
      words[3] = words[3].equals("-") || random.nextBoolean() ? "" + lanes : words[3] + "," + lanes;
      String numbered = String.join(" ", words);
      documents.replaceAll(each -> each.equals(document) ? numbered : each);
    }
  }

  private Map<String, Link> specifiedLinks() {
    Map<String, Link> specified = new LinkedHashMap<>();
    links
        .keySet()
        .forEach(
            name ->
                specified.put(name, new Link(name, Duration.ofSeconds(5), Duration.ofSeconds(3))));
    return specified;
  }

  private static Operation operation(String name, OnFailure onFailure, Set<String> after) {
    List<Requirement> requires = new ArrayList<>();
    Place here = new Place("simulation", 0);
    for (String other : List.of("Hold", "GoOn", "Later")) {
      List<Requirement.Under> found =
          Stream.of(PostedAs.By.ID, PostedAs.By.KEY)
              .map(by -> new Requirement.Under(by, new Expression.Constant("x", here)))
              .toList();
      requires.add(new Requirement.Posted(other, found, null, false, here));
    }
    return new Operation(
        name, List.of(), Map.of(), null, null, List.of(), onFailure, requires, after, List.of());
  }

  private Sender sender(int number) {
    Sender sender = new Sender();
    int count = 4 + random.nextInt(6);
    String[] names = destinations.keySet().toArray(String[]::new);
    String own = names[random.nextInt(names.length)];
    for (int i = 0; i < count; i++) {
      String id = number + "-" + i;
      String operation =
          switch (random.nextInt(8)) {
            case 0, 1 -> "GoOn";
            case 2 -> "Later";
            default -> "Hold";
          };
      String to = random.nextInt(3) == 0 ? names[random.nextInt(names.length)] : own;
      if (random.nextInt(5) == 0) {
        operation = random.nextBoolean() ? "Proc" : "Undo";
        to = ways(names);
        if (operation.equals("Undo") && random.nextBoolean()) {
          int last = to.lastIndexOf('>') + 1;
          to = to.substring(0, last) + "*" + to.substring(last).replace("~", "");
        }
      }
      String lanes =
          switch (random.nextInt(6)) {
            case 0 -> "common,lane" + number;
            case 1 -> "-";
            default -> "lane" + number;
          };
      sender.documents.add(operation + " " + id + " " + to + " " + lanes + needs());
      if (random.nextInt(8) == 0) {
        sender.documents.add("garbage " + id);
      }
      if (random.nextInt(12) == 0) {
        sender.documents.add("late Hold late" + id + " " + own + " lane" + number);
      }
      if (random.nextInt(12) == 0) {
        sender.documents.add("Hold poison" + id + " " + own + " lane" + number);
      }
      if (random.nextInt(6) == 0) {
        sender.documents.add(sender.documents.get(random.nextInt(sender.documents.size())));
      }
      if (random.nextInt(10) == 0) {
        sender.documents.add("Hold " + id + " " + own + " other" + number);
      }
    }
    return sender;
  }

  /** The destinations of a process of two to four steps. */
  private String ways(String[] names) {
    int count = 2 + random.nextInt(3);
    int frees = random.nextInt(3) == 0 ? 1 + random.nextInt(count - 1) : count;
    List<String> ways = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String mark =
          i == frees
              ? "^"
              : i != 1 && random.nextInt(6) == 0 ? "~" : random.nextInt(5) == 0 ? "!" : "";
      ways.add(mark + names[random.nextInt(names.length)]);
    }
    return String.join(">", ways);
  }

  private static Plan plan(String ways) {
    String[] all = ways.split(">");
    List<PlannedStep> steps = new ArrayList<>();
    int frees = all.length;
    for (int i = 0; i < all.length; i++) {
      String to = all[i].replaceAll("[~^!*]", "");
      steps.add(
          new PlannedStep(
              "step" + i + (all[i].contains("*") ? "refused" : ""),
              to,
              !all[i].startsWith("~"),
              !all[i].contains("!")));
      frees = all[i].contains("^") ? i : frees;
    }
    return new Plan(steps, frees);
  }

  /** What is required may come sooner, later or never, or require the same again. */
  private String needs() {
    int most = requiring ? random.nextInt(3) : 0;
    List<String> needs = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      String operation = List.of("Hold", "Hold", "GoOn", "Later").get(random.nextInt(4));
      String found =
          random.nextInt(4) == 0
              ? "@lane" + random.nextInt(4)
              : "/" + random.nextInt(4) + "-" + random.nextInt(6);
      needs.add(operation + found + List.of("", "", "!", "?").get(random.nextInt(4)));
    }
    return needs.isEmpty() ? "" : " " + String.join(",", needs);
  }

  private static Need need(String text) {
    boolean limited = text.endsWith("!") || text.endsWith("?");
    String which = limited ? text.substring(0, text.length() - 1) : text;
    String[] parts = which.split("[/@]");
    PostedAs.By by = which.contains("@") ? PostedAs.By.KEY : PostedAs.By.ID;
    return new Need(
        which,
        List.of(new PostedAs(parts[0], by, parts[1])),
        limited ? Duration.ofSeconds(2) : null,
        text.endsWith("!"),
        null);
  }

  private SimulatedProcess start() {
    Specification known =
        random.nextInt(10) == 0 && !corrected ? without(any().name()) : specification;
    String node = "node-" + journal.needed.size();
    journal.needed.put(node, row -> needed(row, known));
    return new SimulatedProcess(
        node, journal, known, this::read, destinations.values(), clock, random);
  }

  private static List<String> needed(MessageRow row, Specification known) {
    Destination to = known.destination(row.standing().destination());
    return Stream.concat(
            to == null ? Stream.of() : to.links().stream(), row.standing().links().stream())
        .filter(known.links()::containsKey)
        .toList();
  }

  /** A specification in which somebody forgot a destination. */
  private Specification without(String destination) {
    Map<String, Destination> rest = new LinkedHashMap<>(specification.destinations());
    rest.remove(destination);
    return new Specification(
        rest,
        specification.operations(),
        sequencing,
        Map.of(),
        random.nextBoolean() ? Map.of() : specification.links());
  }

  private Reading read(Submission submission) {
    String text = new String(submission.payload().body(), StandardCharsets.UTF_8);
    String[] parts = (corrected ? text.replaceFirst("^late ", "") : text).split(" ");
    if (parts.length < 4 || parts[0].equals("late")) {
      return new Reading.Unread(Reason.UNREADABLE, "four words are needed", null, null);
    }
    List<Need> needs =
        parts.length == 4 || parts[4].equals("-")
            ? List.of()
            : Stream.of(parts[4].split(",")).map(Simulation::need).toList();
    List<LaneName> lanes =
        parts[3].equals("-")
            ? List.of()
            : List.of(parts[3].split(",")).stream().map(Simulation::lane).toList();
    List<Numbered> numbers =
        Stream.of(parts[3].split(","))
            .filter(key -> key.contains("#"))
            .map(key -> new Numbered(lane(key), Long.parseLong(key.split("#")[1])))
            .toList();
    boolean byEdi = parts[1].endsWith("0") || parts[1].endsWith("3");
    Plan plan = parts[2].contains(">") ? plan(parts[2]) : null;
    return new Reading.Read(
        parts[0],
        parts[1],
        null,
        lanes,
        plan == null ? parts[2] : plan.step(plan.first()).destination(),
        needs,
        List.of(),
        byEdi ? List.of("edi") : List.of(),
        numbers,
        plan);
  }

  private static LaneName lane(String key) {
    return key.contains("#") ? new LaneName("n", key.split("#")[0]) : new LaneName("l", key);
  }

  /** Runs until all is sent, faults included, then without faults until all is quiet. */
  void run() {
    for (int i = 0; i < 600; i++) {
      disturb();
      live();
    }
    calm();
    for (int i = 0; i < 20_000; i++) {
      if (finished()) {
        // somebody may have decided something that nobody has read yet
        process.loop.turn();
        if (finished()) {
          judge();
          return;
        }
      }
      live();
      if (i % 50 == 49) {
        operate(1);
        closeHopelessGap();
      }
    }
    throw new AssertionError("V: it never became quiet: " + open() + " " + idle());
  }

  private void disturb() {
    switch (random.nextInt(150)) {
      case 0 -> process = start();
      case 1 -> {
        paused.add(process);
        process = start();
      }
      case 2 -> journal.reachable = false;
      case 3, 4, 5, 6 -> journal.reachable = true;
      case 7 -> any().down = true;
      case 8, 9, 10 -> any().down = false;
      case 11 -> operate(2);
      case 12, 13 -> links.replaceAll((name, up) -> random.nextBoolean());
      case 17 -> pause(true, 1);
      case 18, 19 -> pause(false, 3);
      case 14 -> declare(Order.Verb.LINK_DOWN);
      case 15, 16 -> declare(Order.Verb.LINK_AUTO);
      case 20, 21 -> closeGap(random.nextInt(8));
      default -> {}
    }
  }

  /**
   * Pauses or resumes some destinations, lanes and operations; all of them where their number is
   * negative.
   */
  private void pause(boolean set, int some) {
    List<Order> all = new ArrayList<>();
    for (String name : destinations.keySet()) {
      Order.Verb verb = set ? Order.Verb.PAUSE_DESTINATION : Order.Verb.RESUME_DESTINATION;
      all.add(new Order(verb, name, "operator", "act " + acts++));
    }
    for (String name : List.of("l:common", "l:lane0", "l:lane1", "l:lane2", "l:lane3")) {
      Order.Verb verb = set ? Order.Verb.PAUSE_LANE : Order.Verb.RESUME_LANE;
      all.add(new Order(verb, name, "operator", "act " + acts++));
    }
    for (String name : operations().keySet()) {
      Order.Verb verb = set ? Order.Verb.PAUSE_OPERATION : Order.Verb.RESUME_OPERATION;
      all.add(new Order(verb, name, "operator", "act " + acts++));
    }
    if (some < 0) {
      all.forEach(process::order);
    } else {
      for (int i = 0; i < some; i++) {
        process.order(all.get(random.nextInt(all.size())));
      }
    }
  }

  private void closeGap(long upTo) {
    if (numbering) {
      String lane = random.nextBoolean() ? "n:even" : "n:odd";
      process.order(new Order(Order.Verb.CLOSE_GAP, lane, "operator", "act " + acts++, upTo));
    }
  }

  /** A person does without numbers that nobody will bring any more. */
  private void closeHopelessGap() {
    if (numbering && senders.stream().allMatch(sender -> sender.next == sender.documents.size())) {
      List<Numbered> waiting =
          journal.rows.values().stream()
              .filter(row -> row.standing().status() == Status.SUBMITTED)
              .filter(row -> row.standing().reason() == Reason.GAP)
              .flatMap(row -> row.received().numbers().stream())
              .toList();
      if (!waiting.isEmpty()) {
        Numbered one = waiting.get(random.nextInt(waiting.size()));
        long upTo = random.nextInt(1 + (int) one.number());
        String why = "act " + acts++;
        process.order(
            new Order(Order.Verb.CLOSE_GAP, one.lane().toString(), "operator", why, upTo));
      }
    }
  }

  private void declare(Order.Verb verb) {
    links
        .keySet()
        .forEach(name -> process.order(new Order(verb, name, "operator", "act " + acts++)));
  }

  private SimulatedDestination any() {
    return List.copyOf(destinations.values()).get(random.nextInt(destinations.size()));
  }

  private void calm() {
    corrected = true;
    process = start();
    journal.reachable = true;
    journal.faults = 0;
    destinations
        .values()
        .forEach(
            each -> {
              each.down = false;
              each.faults = 0;
            });
    paused.clear();
    links.replaceAll((name, up) -> true);
    declare(Order.Verb.LINK_AUTO);
    pause(false, -1);
  }

  private void live() {
    if (random.nextInt(20) == 0) {
      links.forEach(
          (name, up) -> {
            if (!journal.saw(name, up) || random.nextInt(10) == 0) {
              process.probed(name, up);
            }
          });
    }
    switch (random.nextInt(6)) {
      case 0 -> send();
      case 1 -> {
        any().arrive();
        report(any());
      }
      case 2 -> {
        if (!paused.isEmpty() && random.nextInt(4) == 0) {
          SimulatedProcess zombie = paused.get(random.nextInt(paused.size()));
          if (zombie.stopped) {
            paused.remove(zombie);
          } else {
            zombie.step();
          }
        } else {
          pass();
        }
      }
      default -> {
        if (process.stopped) {
          process = start();
        }
        process.step();
      }
    }
  }

  /** A component reports, again and again until it is told that this is known, or too late. */
  private void report(SimulatedDestination destination) {
    reporting
        .entrySet()
        .removeIf(
            entry -> {
              if (entry.getValue().isDone() && !notNow(entry.getValue())) {
                destinations.values().forEach(each -> each.toReport.remove(entry.getKey()));
              }
              return entry.getValue().isDone() || random.nextInt(20) == 0;
            });
    for (Report report : List.copyOf(destination.toReport.values())) {
      if (!reporting.containsKey(report.id()) && random.nextInt(4) == 0) {
        reporting.put(report.id(), process.report(report));
      }
    }
  }

  private static boolean notNow(CompletableFuture<MessageRow> answer) {
    return answer.isCompletedExceptionally()
        && answer.handle((row, failure) -> failure).join() instanceof NotNow;
  }

  /** Lets time pass: a little, or until something is due. */
  private void pass() {
    Instant due = process.nextDue();
    if (due != null && due.isAfter(clock.instant()) && process.idle()) {
      clock.now = random.nextInt(4) == 0 ? due : due.minusMillis(1);
    }
    clock.now = clock.now.plusMillis(1 + random.nextInt(50));
  }

  private void send() {
    Sender sender = senders.get(random.nextInt(senders.size()));
    CompletableFuture<Receipt> waiting = sender.waiting;
    if (waiting == null) {
      if (sender.next < sender.documents.size()) {
        sender.waiting = process.submit(submission(sender));
      }
    } else if (waiting.isCompletedExceptionally()) {
      sender.waiting = null;
    } else if (waiting.isDone()) {
      acknowledged(sender, waiting.join());
    } else if (random.nextInt(40) == 0) {
      // Its patience is at an end; it sends the same again, perhaps to another process.
      sender.waiting = null;
    }
  }

  private Submission submission(Sender sender) {
    byte[] body = sender.documents.get(sender.next).getBytes(StandardCharsets.UTF_8);
    return new Submission(
        new Payload(body, null, Map.of()),
        "sender" + senders.indexOf(sender),
        "simulation",
        null,
        Set.of(),
        null,
        Map.of(),
        null);
  }

  private void acknowledged(Sender sender, Receipt receipt) {
    String document = sender.documents.get(sender.next);
    long seq = receipt.message().seq();
    if (!journal.rows.containsKey(seq)) {
      throw new AssertionError("L: acknowledged before it was durable: " + document);
    }
    if (!Objects.requireNonNull(journal.rows.get(seq))
        .received()
        .fingerprint()
        .equals(Fingerprint.of(document.getBytes(StandardCharsets.UTF_8)))) {
      throw new AssertionError("G: " + document + " was answered with " + receipt);
    }
    Long before = sender.acknowledged.put(document, seq);
    if (before != null && before != seq && !document.startsWith("late")) {
      throw new AssertionError("D: " + document + " is both " + before + " and " + seq);
    }
    sender.next++;
    sender.waiting = null;
  }

  /** An operator who looks at the destination before settling, and retries or skips the rest. */
  private void operate(int most) {
    List<MessageRow> rows = new ArrayList<>(journal.rows.values());
    for (int i = 0; i < most && !rows.isEmpty(); i++) {
      MessageRow row = rows.get(random.nextInt(rows.size()));
      if (paused.isEmpty()) {
        row =
            rows.stream()
                .filter(each -> needsPerson(each) || hopeless(each))
                .findFirst()
                .orElse(row);
      }
      Action.Kind kind = kind(row);
      if (kind != null) {
        Integer version = row.standing().version();
        process.act(
            new Action(
                kind,
                row.seq(),
                "operator",
                "act " + acts++,
                version,
                prerequisite(row, kind),
                kind == Action.Kind.EDIT ? edited(row) : null));
      }
    }
  }

  private @Nullable String prerequisite(MessageRow row, Action.Kind kind) {
    List<Need> needs = row.received().needs();
    return kind == Action.Kind.WAIVE && !needs.isEmpty()
        ? needs.get(random.nextInt(needs.size())).text()
        : null;
  }

  private static boolean needsPerson(MessageRow row) {
    return row.standing().status() == Status.FAILED || row.standing().status() == Status.IN_DOUBT;
  }

  /** It waits for what nobody will bring any more, as far as can be seen. */
  private boolean hopeless(MessageRow row) {
    return (row.standing().status() == Status.SUBMITTED || row.standing().status() == Status.RETRY)
        && row.standing().reason() == Reason.PREREQUISITE
        && senders.stream().allMatch(sender -> sender.next == sender.documents.size())
        && row.received().needs().stream()
            .anyMatch(need -> need.anyOf().stream().noneMatch(fact -> open(fact, row)));
  }

  private boolean open(PostedAs fact, MessageRow besides) {
    return journal.rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .filter(row -> row.seq() != besides.seq())
        .filter(
            row -> row.received().ownsId() && row.received().operation().equals(fact.operation()))
        .anyMatch(
            row ->
                fact.by() == PostedAs.By.ID
                    ? row.received().messageId().equals(fact.value())
                    : row.standing().lanes().stream()
                        .anyMatch(lane -> lane.key().equals(fact.value())));
  }

  private Action.@Nullable Kind kind(MessageRow row) {
    if (row.standing().status() == Status.POSTING && random.nextInt(3) == 0) {
      return Action.Kind.INTERRUPT;
    }
    String to = row.standing().destination();
    SimulatedDestination destination = to == null ? null : destinations.get(to);
    if (destination == null) {
      boolean late = corrected && row.standing().reason() == Reason.UNREADABLE;
      return late && random.nextBoolean() ? Action.Kind.REREAD : Action.Kind.SKIP;
    }
    if (row.standing().status() == Status.IN_DOUBT
        && row.standing().reason() == Reason.CANCELLATION) {
      return undone(row, destination);
    }
    if (destination.mayArrive(row.postingId()) || !paused.isEmpty()) {
      return null;
    }
    if (destination.toReport.containsKey(row.postingId())) {
      return null;
    }
    boolean there = destination.hasEffect(row.postingId());
    return switch (row.standing().status()) {
      case IN_DOUBT ->
          there
              ? Action.Kind.SETTLE_POSTED
              : random.nextInt(5) == 0 ? Action.Kind.SKIP : Action.Kind.SETTLE_NOT_POSTED;
      case FAILED ->
          switch (random.nextInt(there ? 4 : 6)) {
            case 4, 5 -> row.standing().revision() < 3 ? Action.Kind.EDIT : Action.Kind.RETRY;
            case 0 -> Action.Kind.SKIP;
            case 1 -> Action.Kind.SETTLE_POSTED;
            default -> Action.Kind.RETRY;
          };
      case SUBMITTED, RETRIABLE, RETRY ->
          switch (random.nextInt(10)) {
            case 0 -> Action.Kind.SKIP;
            case 1 -> Action.Kind.SETTLE_POSTED;
            case 2, 3 -> row.standing().revision() < 3 ? Action.Kind.EDIT : null;
            default ->
                row.standing().reason() == Reason.PREREQUISITE
                        && (hopeless(row) || random.nextInt(6) == 0)
                    ? Action.Kind.WAIVE
                    : null;
          };
      case POSTED -> {
        boolean again = row.standing().run() < 3 && random.nextInt(10) == 0;
        yield again ? Action.Kind.REPOST : null;
      }
      default -> null;
    };
  }

  private Action.@Nullable Kind undone(MessageRow row, SimulatedDestination destination) {
    PostingId cancellation = row.postingId().cancellation();
    if (destination.mayArrive(cancellation) || !paused.isEmpty()) {
      return null;
    }
    if (destination.hasEffect(cancellation)) {
      return Action.Kind.SETTLE_NOT_POSTED;
    }
    return random.nextInt(5) == 0 ? Action.Kind.SKIP : Action.Kind.RETRY;
  }

  private boolean finished() {
    return senders.stream()
            .allMatch(sender -> sender.next == sender.documents.size() && sender.waiting == null)
        && destinations.values().stream().allMatch(SimulatedDestination::idle)
        && process.idle()
        && journal.rows.values().stream().allMatch(row -> row.standing().status().closed());
  }

  private String idle() {
    return senders.stream().map(sender -> sender.next + "/" + sender.documents.size()).toList()
        + " destinations "
        + destinations.values().stream().map(SimulatedDestination::idle).toList()
        + " process "
        + process.idle();
  }

  private List<String> open() {
    return journal.rows.values().stream()
        .filter(row -> !row.standing().status().closed())
        .map(row -> row + " after " + journal.histories.get(row.seq()))
        .toList();
  }

  private void judge() {
    Map<Long, Boolean> known = new HashMap<>();
    for (Sender sender : senders) {
      sender.acknowledged.values().forEach(seq -> known.put(seq, true));
    }
    for (MessageRow row : journal.rows.values()) {
      String to = row.standing().destination();
      boolean byHand = row.standing().reason() == Reason.BY_HAND;
      if (row.standing().status() == Status.POSTED
          && !byHand
          && !Objects.requireNonNull(destinations.get(to)).hasEffect(row.postingId())) {
        throw new AssertionError("L: posted, but the destination does not have it: " + row);
      }
      judgeSteps(row);
      judgeReply(row, byHand);
      if (!known.containsKey(row.seq()) && !late(row)) {
        throw new AssertionError("G: nobody was told of " + row);
      }
      if (row.standing().ranks().size() > 0) {
        throw new AssertionError("O: closed, but still in its lanes: " + row);
      }
    }
    process.loop.turn();
    if (process.loop.inMemory() > 0) {
      throw new AssertionError("memory keeps " + process.loop.inMemory() + " closed messages");
    }
  }

  /** What was done is undone, but for what cannot be. */
  private void judgeUndone(MessageRow row, Plan plan) {
    for (int number = plan.first(); number >= 0; number = plan.after(number)) {
      StepRow step =
          journal.steps.get(new Journal.StepKey(row.seq(), row.standing().run(), number));
      if (step == null || step.status() == Status.FAILED) {
        return;
      }
      boolean stands = step.status() == Status.POSTED && !plan.step(number).cancel();
      boolean undone =
          step.status() == Status.CANCELLED
              && Objects.requireNonNull(destinations.get(step.destination()))
                  .undone
                  .contains(step.postingId().cancellation());
      boolean byHand =
          step.status() == Status.CANCELLED
              && String.valueOf(step.detail()).startsWith("undone by hand");
      if (!stands && !undone && !byHand) {
        throw new AssertionError("R: not undone: " + step + " of " + row);
      }
    }
  }

  /** Whatever a process has done it has done in turn, and each step says so. */
  private void judgeSteps(MessageRow row) {
    Plan plan = row.standing().plan();
    if (row.standing().status() == Status.CANCELLED) {
      judgeUndone(row, Objects.requireNonNull(plan));
    }
    if (plan == null || row.standing().status() != Status.POSTED) {
      return;
    }
    for (int number = plan.first(); number >= 0; number = plan.after(number)) {
      StepRow step =
          journal.steps.get(new Journal.StepKey(row.seq(), row.standing().run(), number));
      if (step == null || step.status() != Status.POSTED) {
        throw new AssertionError("L: posted without its step " + number + ": " + row + " " + step);
      }
      if (step.reason() != Reason.BY_HAND
          && !Objects.requireNonNull(destinations.get(step.destination()))
              .hasEffect(step.postingId())) {
        throw new AssertionError("L: the destination does not have " + step);
      }
    }
  }

  /**
   * Whoever is posted has the reply of one of its own postings, unless it was given a refusal
   * before, or its destination was asked for the posting and has no reply to give.
   */
  private void judgeReply(MessageRow row, boolean byHand) {
    StoredReply kept = journal.replies.get(row.seq());
    boolean declared = replies(row.received().operation());
    if (kept != null && !declared) {
      throw new AssertionError("R: a reply that nobody declared: " + row);
    }
    if (row.standing().status() == Status.POSTED
        && !byHand
        && declared
        && kept == null
        && !ASKED.equals(row.standing().destination())) {
      throw new AssertionError("R: posted, and its reply is lost: " + row);
    }
    if (kept != null
        && !Arrays.equals(kept.reply().body(), SimulatedDestination.REFUSAL.body())
        && postingIds(row).stream()
            .map(SimulatedDestination::reply)
            .noneMatch(reply -> Arrays.equals(kept.reply().body(), reply.body()))) {
      throw new AssertionError("R: the reply of another posting: " + row);
    }
    if (kept != null
        && row.received().operation().equals("Hold")
        && kept.reply().code() != SimulatedDestination.reply(row.postingId()).code()) {
      throw new AssertionError("R: given a refusal that a person decides about: " + row);
    }
  }

  /** Of all its runs and revisions; of a process, which an edit may change, those of its steps. */
  private List<PostingId> postingIds(MessageRow row) {
    boolean process = Set.of("Proc", "Undo").contains(row.received().operation());
    List<PostingId> ids = new ArrayList<>();
    for (int revision = 0; revision <= row.standing().revision(); revision++) {
      Fingerprint document = Fingerprint.of(document(row, revision));
      for (int run = 1; run <= row.standing().run(); run++) {
        for (int step = 0; step < (process ? 4 : 1); step++) {
          ids.add(
              PostingId.of(
                  row.received().operation(),
                  row.received().sender(),
                  row.received().messageId(),
                  document,
                  run,
                  step,
                  revision));
        }
      }
    }
    return ids;
  }

  private byte[] document(MessageRow row, int revision) {
    return Objects.requireNonNull(journal.payloads.get(new Journal.PayloadKey(row.seq(), revision)))
        .body();
  }

  /** The same message with another destination and other needs; now and then another message. */
  private Payload edited(MessageRow row) {
    String[] parts =
        new String(document(row, row.standing().revision()), StandardCharsets.UTF_8)
            .replaceFirst("^late ", "")
            .split(" ");
    String id = random.nextInt(8) == 0 ? "another" : parts[1];
    String[] names = destinations.keySet().toArray(String[]::new);
    String to = random.nextInt(3) == 0 ? names[random.nextInt(names.length)] : parts[2];
    String needs = random.nextBoolean() ? "" : needs();
    String text =
        String.join(" ", parts[0], id, to, parts[3])
            + (needs.isEmpty() ? " -" : needs)
            + " "
            + acts;
    return new Payload(text.getBytes(StandardCharsets.UTF_8), null, Map.of());
  }

  /** What could not be read at first owns no id: sent again later, it is another message. */
  private boolean late(MessageRow row) {
    byte[] body = document(row, 0);
    return new String(body, StandardCharsets.UTF_8).startsWith("late");
  }

  /** A clock that moves when told to. */
  private static final class ManualClock extends Clock {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
