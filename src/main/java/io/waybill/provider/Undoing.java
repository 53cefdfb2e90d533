package io.waybill.provider;

import io.waybill.provider.Change.Added;
import io.waybill.provider.Change.ByInverse;
import io.waybill.provider.Change.Image;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes back what one transaction changed, or says what is in the way. */
final class Undoing {

  private static final String CONSTRAINT = "23";

  private final Connection connection;
  private final Changes changes;
  private final Rows rows;
  private final Map<String, Inverse> inverses;

  Undoing(Connection connection, Changes changes, Map<String, Inverse> inverses) {
    this.connection = connection;
    this.changes = changes;
    this.rows = new Rows(connection);
    this.inverses = inverses;
  }

  /**
   * Undoes it, the last change first.
   *
   * @return what is in the way; where there is anything, everything has to be rolled back
   */
  List<Conflict> undo(TransactionId transaction) throws SQLException {
    List<Change> made = changes.newestFirst(transaction);
    List<Conflict> unrecorded = changedUnseen(transaction, made);
    List<Conflict> conflicts = changes.later(List.of(transaction));
    if (!conflicts.isEmpty()) {
      return conflicts;
    }
    if (!unrecorded.isEmpty()) {
      return unrecorded;
    }
    for (Change change : made) {
      String place = place(change);
      try {
        undo(change);
      } catch (CannotUndo e) {
        return List.of(new Conflict(transaction, null, place, String.valueOf(e.getMessage())));
      } catch (SQLException e) {
        if (e.getSQLState() == null || !e.getSQLState().startsWith(CONSTRAINT)) {
          throw e;
        }
        return List.of(
            new Conflict(
                transaction, null, place, "a constraint does not allow it: " + e.getMessage()));
      }
    }
    return List.of();
  }

  /** Rows that are not as the transaction left them. Locks them all, before anybody is asked. */
  private List<Conflict> changedUnseen(TransactionId transaction, List<Change> made)
      throws SQLException {
    List<Conflict> conflicts = new ArrayList<>();
    Set<Row> written = new HashSet<>();
    for (Change change : made) {
      if (change instanceof Image image) {
        written.add(image.row());
        if (!rows.isIn(image.row(), image.after())) {
          conflicts.add(unrecorded(transaction, image));
        }
      }
    }
    for (Change change : made) {
      if (change instanceof Added added
          && rows.read(added.row()).json() == null
          && !written.contains(added.row())) {
        conflicts.add(unrecorded(transaction, added));
      }
    }
    return conflicts;
  }

  private static Conflict unrecorded(TransactionId transaction, Change change) {
    return new Conflict(
        transaction, null, place(change), "changed since, by nobody in the history");
  }

  /** The rows that nobody in the history has touched since, and that are not as it left them. */
  List<Conflict> changedUnseen(TransactionId transaction) throws SQLException {
    List<Conflict> unseen = changedUnseen(transaction, changes.newestFirst(transaction));
    if (unseen.isEmpty()) {
      return unseen;
    }
    Set<String> seen =
        changes.later(List.of(transaction)).stream()
            .map(Conflict::where)
            .collect(Collectors.toSet());
    return unseen.stream().filter(conflict -> !seen.contains(conflict.where())).toList();
  }

  private void undo(Change change) throws SQLException, CannotUndo {
    if (change instanceof Image image) {
      rows.bring(image.row(), image.after(), image.before());
    } else if (change instanceof Added added) {
      Rows.Sum sum = rows.add(added.row(), added.column(), added.amount().negate());
      if (sum == null || sum.value() == null) {
        throw new CannotUndo("there is no number to subtract from");
      }
    } else if (change instanceof ByInverse by) {
      Inverse inverse = inverses.get(by.inverse());
      if (inverse == null) {
        throw new CannotUndo("the provider has no inverse of this name any more");
      }
      inverse.undo(connection, by.argument());
    }
  }

  private static String place(Change change) {
    if (change instanceof Image image) {
      return image.row().toString();
    }
    return change instanceof Added added
        ? added.row().toString()
        : "inverse " + ((ByInverse) change).inverse();
  }
}
