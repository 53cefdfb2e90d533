package io.waybill.bench.engine;

import io.waybill.engine.Decision;
import io.waybill.engine.Engine;
import io.waybill.engine.Event;
import io.waybill.engine.Holding;
import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Page;
import io.waybill.message.Status;
import io.waybill.spec.Specification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Drives an engine as the broker's loop does, group after group: what is parked and comes near its
 * turn is read, the inputs are decided, what is due is done, and what was written is durable. It
 * counts what came and what was posted.
 */
final class Driver {

  /** How many inputs a group takes at most. */
  static final int GROUP = 256;

  /** A destination that takes everything. */
  static final Function<MessageRow, Outcome> POSTED = row -> new Outcome.Posted(null);

  private final Engine engine;
  private final Duration pace;
  private final Function<MessageRow, Outcome> answers;
  private final ParkedRows table = new ParkedRows();
  private final List<MessageRow> written = new ArrayList<>();
  private final Deque<MessageRow> posts = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long arrived;
  private long posted;
  private long rowsRead;

  /**
   * An engine with nothing to do.
   *
   * @param pace how much later each group is than the one before
   * @param answers what the destination says to an attempt
   */
  Driver(
      Specification specification,
      Holding holding,
      Duration pace,
      Function<MessageRow, Outcome> answers) {
    this.engine = new Engine(specification, holding, 0);
    this.pace = pace;
    this.answers = answers;
  }

  /** A route to the destination runs. */
  void open(String destination) {
    group(List.of(new Event.Opened(destination)));
  }

  /** So many arrive, group by group. */
  void arrive(Orders orders, int number) {
    for (int left = number; left > 0; left -= GROUP) {
      arrive(orders.next(Math.min(GROUP, left)));
    }
  }

  /** These arrive together. */
  void arrive(List<Event> arrivals) {
    arrived += arrivals.size();
    group(arrivals);
  }

  /** The longest attempts under way are answered, until so many more messages are posted. */
  void post(int messages) {
    long goal = posted + messages;
    while (posted < goal) {
      if (posts.isEmpty()) {
        group(List.of());
      }
      answer((int) Math.min(GROUP, goal - posted));
    }
  }

  /** Answers so many attempts, or all that are under way. */
  void answer(int attempts) {
    List<Event> outcomes = new ArrayList<>(attempts);
    while (outcomes.size() < attempts && !posts.isEmpty()) {
      MessageRow row = posts.remove();
      outcomes.add(new Event.Ended(row.seq(), row.standing().version(), answers.apply(row), false));
    }
    if (outcomes.isEmpty()) {
      throw new IllegalStateException("Nothing is under way: " + this);
    }
    group(outcomes);
  }

  private void group(List<Event> events) {
    now = now.plus(pace);
    Instant due = engine.nextDue();
    for (List<Page> pages = engine.pages(); !pages.isEmpty(); pages = engine.pages()) {
      for (Page page : pages) {
        List<MessageRow> rows = table.on(page);
        rowsRead += rows.size();
        take(engine.read(page, rows, now));
      }
    }
    for (Event event : events) {
      take(engine.step(event, now));
    }
    if (due != null && !due.isAfter(now)) {
      take(engine.step(new Event.TimeCame(), now));
    }
    for (MessageRow row : written) {
      engine.durable(row.seq(), row.standing().version());
    }
    written.clear();
  }

  private void take(List<Decision> decisions) {
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Inserted inserted) {
        write(inserted.row(), false);
      } else if (decision instanceof Decision.Changed changed) {
        write(changed.row(), changed.fromParked());
      } else if (decision instanceof Decision.Post post) {
        posts.add(post.row());
      } else if (decision instanceof Decision.Answered answered
          && answered.result() != Decision.Result.ACCEPTED) {
        throw new IllegalStateException("Not measured for that: " + answered);
      }
    }
  }

  private void write(MessageRow row, boolean wasParked) {
    written.add(row);
    if (row.standing().status() == Status.POSTED) {
      posted++;
    }
    if (wasParked || row.standing().parked() != null) {
      table.write(row, wasParked);
    }
  }

  /** How many messages came and were not posted. */
  long open() {
    return arrived - posted;
  }

  /** How many parked messages the table has. */
  int parked() {
    return table.size();
  }

  /** How many messages the engine holds. */
  int held() {
    return engine.size();
  }

  /** How many attempts are under way. */
  int underWay() {
    return posts.size();
  }

  /** How many rows of parked messages were read. */
  long rowsRead() {
    return rowsRead;
  }

  /** How many messages came. */
  long arrived() {
    return arrived;
  }

  /** How many messages were posted. */
  long posted() {
    return posted;
  }

  @Override
  public String toString() {
    return "%d arrived, %d posted, %d held, %d parked, %d rows read, %d under way"
        .formatted(arrived, posted, engine.size(), table.size(), rowsRead, posts.size());
  }
}
