package io.waybill.provider;

import io.waybill.provider.OneTransaction.Ended;
import io.waybill.provider.Performance.Overtaken;
import io.waybill.provider.Performance.Performed;
import io.waybill.provider.Performance.Refused;
import io.waybill.provider.Performance.TooEarly;
import io.waybill.provider.Performance.Withdrawn;
import io.waybill.provider.Recorded.Status;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A destination that performs each transaction once, in the order of its lanes, and can cancel it.
 * Each call is one transaction of the database. A call that ends with an exception changed nothing,
 * or, where the database was lost during the commit, may have: the same call again finds out.
 */
public final class Provider {

  private final DataSource database;
  private final String schema;
  private final Map<String, Inverse> inverses;

  /**
   * A provider.
   *
   * @param schema where {@link HistoryTables#create} has put the history
   * @param inverses the operations that {@link Execution#onCancel} may name
   */
  public Provider(DataSource database, String schema, Map<String, Inverse> inverses) {
    this.database = database;
    this.schema = schema;
    this.inverses = Map.copyOf(inverses);
  }

  /**
   * Performs a transaction, or says why not. Of several calls with one id, at once or later, one
   * performs it and the others get its answer.
   *
   * @param predecessors its lanes, each with the transaction that comes before it there
   * @param run for the history: which execution of the message it is
   */
  public Performance perform(
      TransactionId transaction, Collection<Predecessor> predecessors, int run, Work work)
      throws SQLException {
    Set<String> lanes = lanes(predecessors);
    return OneTransaction.of(
        database,
        connection -> {
          History history = new History(connection, schema);
          if (!history.begin(transaction, run)) {
            return Ended.undone(earlier(history, transaction));
          }
          history.lockLanes(lanes);
          for (Predecessor predecessor : predecessors) {
            Performance hindrance = hindrance(history, predecessor);
            if (hindrance != null) {
              return Ended.undone(hindrance);
            }
          }
          Execution execution = new Execution(connection, inverses.keySet());
          Answer answer = work.perform(execution);
          if (!answer.performed()) {
            return Ended.undone(new Refused(answer));
          }
          List<Change> changes = execution.changes();
          long order = history.drawOrder();
          history.complete(transaction, order, answer);
          history.stand(transaction, order, predecessors);
          new Changes(connection, schema).record(transaction, order, changes);
          return Ended.kept(new Performed(answer, false));
        });
  }

  private static Set<String> lanes(Collection<Predecessor> predecessors) {
    Set<String> lanes = predecessors.stream().map(Predecessor::lane).collect(Collectors.toSet());
    if (lanes.size() != predecessors.size()) {
      throw new IllegalArgumentException("a lane is there twice: " + predecessors);
    }
    return lanes;
  }

  private static Performance earlier(History history, TransactionId transaction)
      throws SQLException {
    Recorded recorded = history.find(transaction);
    if (recorded == null) {
      throw new IllegalStateException(
          "%s was recorded and is gone; nobody may delete from the history".formatted(transaction));
    }
    Answer answer = recorded.answer();
    return recorded.status() == Status.CANCELLED || answer == null
        ? new Withdrawn()
        : new Performed(answer, true);
  }

  private static @Nullable Performance hindrance(History history, Predecessor predecessor)
      throws SQLException {
    History.Standing last = history.last(predecessor.lane());
    TransactionId before = predecessor.transaction();
    if (before == null) {
      return last == null ? null : new Overtaken(predecessor.lane(), null, last.transaction());
    }
    Recorded recorded = history.find(before);
    if (recorded == null || recorded.status() == Status.CANCELLED) {
      return new TooEarly(predecessor.lane(), before, recorded != null);
    }
    Long order = recorded.order();
    return last == null || order == null || last.order() <= order
        ? null
        : new Overtaken(predecessor.lane(), before, last.transaction());
  }

  /**
   * Cancels a transaction: restores the rows it changed, subtracts what it added, calls its
   * inverses, the last first. One that never came is recorded as cancelled, so that it is not
   * performed when it comes late.
   */
  public Cancellation cancel(TransactionId transaction) throws SQLException {
    return OneTransaction.of(
        database,
        connection -> {
          History history = new History(connection, schema);
          if (history.forbid(transaction)) {
            return Ended.kept(new Cancellation.Cancelled(false, false));
          }
          history.lock(transaction);
          Recorded recorded = history.find(transaction);
          if (recorded == null || recorded.status() == Status.CANCELLED) {
            boolean undone = recorded != null && recorded.performedAt() != null;
            return Ended.undone(new Cancellation.Cancelled(undone, true));
          }
          history.lockLanes(history.lanes(transaction));
          Changes changes = new Changes(connection, schema);
          List<Conflict> conflicts = new Undoing(connection, changes, inverses).undo(transaction);
          if (!conflicts.isEmpty()) {
            return Ended.undone(new Cancellation.Refused(conflicts));
          }
          history.cancelled(transaction);
          return Ended.kept(new Cancellation.Cancelled(true, false));
        });
  }

  /**
   * What would stand in the way of cancelling these, newest first: every later transaction that
   * stands and has touched a row of theirs, or a row of one that has. Changes nothing. It tells
   * what the history knows, and which rows are not as it left them; an inverse that refuses, or a
   * constraint, is met only by {@link #cancel}.
   */
  public List<Conflict> conflicts(Collection<TransactionId> transactions) throws SQLException {
    return OneTransaction.of(
        database,
        connection -> {
          Changes changes = new Changes(connection, schema);
          Set<TransactionId> scope = new LinkedHashSet<>(transactions);
          List<Conflict> conflicts = new ArrayList<>();
          Collection<TransactionId> asked = List.copyOf(scope);
          while (!asked.isEmpty()) {
            Set<TransactionId> found = new LinkedHashSet<>();
            for (Conflict conflict : changes.later(asked)) {
              TransactionId blocking = conflict.blocking();
              if (blocking != null && !transactions.contains(blocking)) {
                conflicts.add(conflict);
                if (scope.add(blocking)) {
                  found.add(blocking);
                }
              }
            }
            asked = found;
          }
          History history = new History(connection, schema);
          Undoing undoing = new Undoing(connection, changes, inverses);
          for (TransactionId transaction : scope) {
            Recorded recorded = history.find(transaction);
            if (recorded != null && recorded.status() == Status.PERFORMED) {
              conflicts.addAll(undoing.changedUnseen(transaction));
            }
          }
          return Ended.undone(conflicts);
        });
  }

  /** What is recorded of a transaction. One that is being performed is not there yet. */
  public Optional<Recorded> find(TransactionId transaction) throws SQLException {
    return OneTransaction.of(
        database,
        connection ->
            Ended.undone(Optional.ofNullable(new History(connection, schema).find(transaction))));
  }
}
