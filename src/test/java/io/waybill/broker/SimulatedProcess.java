package io.waybill.broker;

import io.waybill.engine.Holding;
import io.waybill.message.MessageRow;
import io.waybill.message.Order;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A broker's process: the real loop, engine and postings, with every thread replaced by a queue
 * whose tasks the simulation runs when and in which order it likes. Killing it is forgetting it.
 */
final class SimulatedProcess {

  private record Alarm(Instant at, Runnable what) {}

  private final RandomGenerator random;
  private final Clock clock;
  private final Inbox inbox = new Inbox();
  private final List<Runnable> commits = new ArrayList<>();
  private final List<Runnable> work = new ArrayList<>();
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparing(Alarm::at));
  private final Readings readings;
  final Loop loop;
  boolean stopped;

  SimulatedProcess(
      String node,
      SimulatedJournal journal,
      Specification specification,
      Function<Submission, Reading> reader,
      Collection<SimulatedDestination> destinations,
      Clock clock,
      RandomGenerator random) {
    this.random = random;
    this.clock = clock;
    readings = new Readings(specification, reader);
    Postings postings = new Postings(work::add, this::after, inbox::put, Watch.NOBODY);
    BrokerSettings settings =
        new BrokerSettings(
            node,
            1 + random.nextInt(8),
            1000,
            1 << 20,
            Integer.MAX_VALUE,
            random.nextBoolean()
                ? new Holding(9, 9, 99, random.nextInt(4))
                : new Holding(
                    random.nextInt(4), random.nextInt(4), random.nextInt(12), random.nextInt(4)),
            random.nextBoolean() ? 0 : 1 << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(5));
    loop =
        new Loop(
            journal,
            new Committer(journal, commits::add, Watch.NOBODY),
            specification,
            readings,
            postings,
            new Effects(journal, specification, postings, work::add, Watch.NOBODY, new Waiters(0)),
            inbox,
            clock,
            settings);
    for (SimulatedDestination destination : destinations) {
      postings.open(
          destination.name(),
          (posting, answer) ->
              destination.post(posting, outcome -> work.add(() -> answer.accept(outcome))));
      postings
          .questions()
          .open(
              destination.name(),
              (posting, answer) ->
                  destination.ask(posting, told -> work.add(() -> answer.accept(told))));
      inbox.put(new Input.RouteChanged(destination.name(), true));
      postings.open(
          Postings.CANCEL + destination.name(),
          (posting, answer) ->
              destination.cancel(posting, outcome -> work.add(() -> answer.accept(outcome))));
      inbox.put(new Input.RouteChanged(Postings.CANCEL + destination.name(), true));
    }
  }

  private Runnable after(Duration time, Runnable what) {
    Alarm alarm = new Alarm(clock.instant().plus(time), what);
    alarms.add(alarm);
    return () -> alarms.remove(alarm);
  }

  CompletableFuture<Receipt> submit(Submission submission) {
    CompletableFuture<Receipt> answer = new CompletableFuture<>();
    inbox.put(readings.read(submission, answer));
    return answer;
  }

  CompletableFuture<MessageRow> act(Action action) {
    CompletableFuture<MessageRow> answer = new CompletableFuture<>();
    inbox.put(new Input.Acted(action, answer));
    return answer;
  }

  CompletableFuture<MessageRow> report(Report report) {
    CompletableFuture<MessageRow> answer = new CompletableFuture<>();
    inbox.put(new Input.Reported(report, answer));
    return answer;
  }

  void order(Order order) {
    inbox.put(new Input.Ordered(order, new CompletableFuture<>()));
  }

  void probed(String link, boolean up) {
    inbox.put(new Input.Probed(link, up, up ? null : "no carrier"));
  }

  /** Runs one thing that some thread of it would do. */
  void step() {
    Alarm due = alarms.peek();
    if (due != null && !due.at().isAfter(clock.instant())) {
      alarms.remove().what().run();
      return;
    }
    int which = random.nextInt(4);
    if (which == 0 && !commits.isEmpty()) {
      commits.remove(0).run();
    } else if (which == 1 && !work.isEmpty()) {
      work.remove(random.nextInt(work.size())).run();
    } else {
      try {
        loop.turn();
      } catch (LeaseLost e) {
        stopped = true;
      }
    }
  }

  boolean idle() {
    return commits.isEmpty() && work.isEmpty();
  }

  /** When it next has something to do by itself. */
  @Nullable Instant nextDue() {
    Instant due = loop.nextDue();
    Alarm alarm = alarms.peek();
    if (alarm != null && (due == null || alarm.at().isBefore(due))) {
      due = alarm.at();
    }
    return due;
  }
}
