package io.waybill.broker;

import io.waybill.journal.Group;
import io.waybill.journal.Journal;
import io.waybill.journal.JournalException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups one after the other on a thread of its own, so that the next one can be decided
 * meanwhile.
 */
final class Committer {

  /** How often a group that met a deadlock or serialization failure is repeated. */
  private static final int MOST_TRIES = 5;

  private final Journal journal;
  private final Executor executor;
  private final Watch watch;

  /**
   * The epoch whose groups are no longer written, because one of them failed: what was decided on
   * top of it must not become durable without it. Memory is rebuilt under a new epoch.
   */
  private long failedEpoch;

  Committer(Journal journal, Executor executor, Watch watch) {
    this.journal = journal;
    this.executor = executor;
    this.watch = watch;
  }

  /** Writes the group; {@code done} is told null, or what went wrong. */
  void commit(Group group, Consumer<@Nullable RuntimeException> done) {
    executor.execute(() -> done.accept(writeInTurn(group)));
  }

  private @Nullable RuntimeException writeInTurn(Group group) {
    if (group.epoch() == failedEpoch) {
      return new JournalException(
          JournalException.Kind.INFRASTRUCTURE, "a group before this one was not written");
    }
    RuntimeException failure = write(group);
    if (failure != null) {
      failedEpoch = group.epoch();
    }
    return failure;
  }

  private @Nullable RuntimeException write(Group group) {
    for (int tries = 1; ; tries++) {
      try {
        if (!group.isEmpty()) {
          long begun = System.nanoTime();
          journal.commit(group);
          watch.written(group.inserts().size() + group.updates().size(), System.nanoTime() - begun);
        }
        return null;
      } catch (JournalException e) {
        if (e.kind() != JournalException.Kind.BUSY || tries == MOST_TRIES) {
          return e;
        }
      } catch (RuntimeException e) {
        return e;
      }
    }
  }
}
