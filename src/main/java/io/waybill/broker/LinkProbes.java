package io.waybill.broker;

import io.waybill.spec.Link;
import io.waybill.spec.Nearest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes the links, each for itself: one probe at a time, the next when its time has come. One that
 * does not answer within its time-out says that the link is missing; as long as it hangs no other
 * is begun, and what it answers then counts for nothing.
 */
final class LinkProbes implements Probes {

  private static final Logger LOG = LoggerFactory.getLogger(LinkProbes.class);

  private volatile Map<String, Link> links;
  private final Executor executor;
  private final Postings.Alarm alarm;
  private final Consumer<Input> inbox;
  private final Clock clock;
  private final Map<String, Line> lines = new ConcurrentHashMap<>();

  LinkProbes(
      Map<String, Link> links,
      Executor executor,
      Postings.Alarm alarm,
      Consumer<Input> inbox,
      Clock clock) {
    this.links = links;
    this.executor = executor;
    this.alarm = alarm;
    this.inbox = inbox;
    this.clock = clock;
  }

  /** From now on these links are probed, as often as they say. */
  void use(Map<String, Link> present) {
    links = present;
    lines.forEach(
        (name, line) -> {
          Link link = present.get(name);
          if (link == null) {
            closeProbe(name);
          } else if (!link.equals(line.link)) {
            closeProbe(name);
            openProbe(name, line.probe);
          }
        });
  }

  @Override
  public void openProbe(String name, Probe probe) {
    Link link = links.get(name);
    if (link == null) {
      throw new IllegalArgumentException(
          "No link is named '%s'; %s"
              .formatted(
                  name,
                  Nearest.to(name, links.keySet())
                      .map("did you mean '%s'?"::formatted)
                      .orElse("waybill.links has: " + String.join(", ", links.keySet()))));
    }
    Line line = new Line(link, probe);
    if (lines.putIfAbsent(name, line) != null) {
      throw new IllegalStateException(
          "Two routes consume waybill:link:%s; exactly one may".formatted(name));
    }
    line.begin();
  }

  @Override
  public void closeProbe(String name) {
    Line line = lines.remove(name);
    if (line != null) {
      line.close();
    }
  }

  /** When a link was probed last by this process; null where it was not. */
  @Nullable Instant lastProbe(String name) {
    Line line = lines.get(name);
    return line == null ? null : line.last;
  }

  /** Probes a link at once; completes when the loop was told what was seen, also if nothing was. */
  CompletableFuture<Void> now(String name) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    Line line = lines.get(name);
    if (line == null) {
      told.complete(null);
    } else {
      line.now(() -> told.complete(null));
    }
    return told;
  }

  private enum Stage {
    WAITING,
    UNDER_WAY,
    /** Past its time-out: it was told that the link is missing. */
    HANGING
  }

  /** The probing of one link; guarded by itself. */
  private final class Line {
    private final Link link;
    private final Probe probe;
    private final List<Runnable> toTell = new ArrayList<>();
    private Stage stage = Stage.WAITING;
    private boolean closed;
    private long number;
    private Runnable callOff = () -> {};
    private volatile @Nullable Instant last;

    Line(Link link, Probe probe) {
      this.link = link;
      this.probe = probe;
    }

    synchronized void begin() {
      if (closed || stage != Stage.WAITING) {
        return;
      }
      stage = Stage.UNDER_WAY;
      long mine = ++number;
      callOff.run();
      callOff = alarm.after(link.timeout(), () -> hangs(mine));
      executor.execute(() -> probe(mine));
    }

    private void probe(long mine) {
      try {
        probe.probe(trouble -> ended(mine, trouble));
      } catch (RuntimeException e) {
        LOG.warn("The probe of link {} failed", link.name(), e);
        ended(mine, "the probe failed: " + e);
      }
    }

    private synchronized void hangs(long mine) {
      if (stage == Stage.UNDER_WAY && mine == number) {
        stage = Stage.HANGING;
        tell("the probe did not answer within " + text(link.timeout()));
      }
    }

    private synchronized void ended(long mine, @Nullable String trouble) {
      if (stage == Stage.WAITING || mine != number) {
        return;
      }
      callOff.run();
      boolean late = stage == Stage.HANGING;
      stage = Stage.WAITING;
      if (!late) {
        tell(trouble);
      }
      if (!closed) {
        callOff = alarm.after(late ? Duration.ZERO : link.every(), this::begin);
      }
    }

    private void tell(@Nullable String trouble) {
      if (!closed) {
        last = clock.instant();
        inbox.accept(new Input.Probed(link.name(), trouble == null, trouble));
      }
      toTell.forEach(Runnable::run);
      toTell.clear();
    }

    synchronized void now(Runnable told) {
      if (closed || stage == Stage.HANGING) {
        told.run();
      } else {
        toTell.add(told);
        begin();
      }
    }

    synchronized void close() {
      closed = true;
      callOff.run();
      toTell.forEach(Runnable::run);
      toTell.clear();
    }
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
