package io.waybill.broker;

import io.waybill.journal.JournalException;
import io.waybill.journal.Replies;
import io.waybill.journal.ReplyAddresses;
import io.waybill.message.DueReply;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings replies to the addresses that asked for them, after they are durable: looks what is to be
 * sent, sends it, and notes that. After a crash in between it is sent again, under the same
 * duplicate id. What cannot be sent is tried again with growing pauses, for as long as it is kept.
 * On its way it drops what is past its time.
 */
public final class ReplyRounds implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReplyRounds.class);

  private static final int AT_ONCE = 100;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final long SWEEP_ROUNDS = 100;
  private static final int MOST_DOUBLINGS = 9;
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);

  private static final int DROPPED_AT_ONCE = 500;

  private final ReplyAddresses addresses;
  private final Replies replies;
  private final Clock clock;
  private @Nullable ScheduledExecutorService thread;
  private long rounds;

  /** Rounds to these addresses, which nobody makes before {@link #start}. */
  public ReplyRounds(ReplyAddresses addresses, Replies replies, Clock clock) {
    this.addresses = addresses;
    this.replies = replies;
    this.clock = clock;
  }

  /** The way to an address. */
  public interface Carrier {
    /** Sends it; on return it is safe there. */
    void send(DueReply due) throws Exception;
  }

  /** Makes rounds from now on. */
  public synchronized void start(Carrier carrier) {
    if (thread == null) {
      ScheduledExecutorService made =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread daemon = new Thread(task, "waybill-replies");
                daemon.setDaemon(true);
                return daemon;
              });
      var unused =
          made.scheduleWithFixedDelay(
              () -> round(carrier), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      thread = made;
    }
  }

  private void round(Carrier carrier) {
    try {
      if (rounds++ % SWEEP_ROUNDS == 0) {
        addresses.sweep();
        dropExpired();
      }
      List<DueReply> due = addresses.due(AT_ONCE);
      while (!due.isEmpty() && !Thread.currentThread().isInterrupted()) {
        for (DueReply one : due) {
          send(carrier, one);
        }
        due = due.size() == AT_ONCE ? addresses.due(AT_ONCE) : List.of();
      }
    } catch (JournalException e) {
      LOG.debug("Replies wait for the journal", e);
    } catch (RuntimeException e) {
      LOG.error("A round with replies failed; the next one follows", e);
    }
  }

  private void dropExpired() {
    int dropped = DROPPED_AT_ONCE;
    while (dropped == DROPPED_AT_ONCE && !Thread.currentThread().isInterrupted()) {
      dropped = replies.dropExpired(clock.instant(), DROPPED_AT_ONCE);
    }
  }

  private void send(Carrier carrier, DueReply due) {
    try {
      carrier.send(due);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (Exception e) {
      int doublings = Math.min(due.attempts(), MOST_DOUBLINGS);
      if (due.attempts() == 0) {
        LOG.warn(
            "The reply to message {} cannot be sent to '{}' and is tried again: {}",
            due.seq(),
            due.to().address(),
            e.toString());
      }
      addresses.failed(due.entry(), FIRST_BACK_OFF.multipliedBy(1L << doublings), e.toString());
      return;
    }
    addresses.sent(due.entry());
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
