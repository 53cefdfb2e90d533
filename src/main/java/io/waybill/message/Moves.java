package io.waybill.message;

import static io.waybill.message.Status.CANCELLED;
import static io.waybill.message.Status.CANCELLING;
import static io.waybill.message.Status.FAILED;
import static io.waybill.message.Status.IN_DOUBT;
import static io.waybill.message.Status.POSTED;
import static io.waybill.message.Status.POSTING;
import static io.waybill.message.Status.RETRIABLE;
import static io.waybill.message.Status.RETRY;
import static io.waybill.message.Status.SKIPPED;
import static io.waybill.message.Status.SUBMITTED;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one table of allowed moves between statuses. SQL guards, the actions offered to operators,
 * the documentation and the tests derive from it.
 */
public final class Moves {

  /** Who may make a move. */
  public enum By {
    /** The broker by itself, or a person. */
    ANYONE,
    /** Only a person, with a reason. */
    PERSON
  }

  /** One allowed move. */
  public record Move(Status from, Status to, By by) {}

  /** The statuses in which a new message may start. */
  public static final Set<Status> FIRST = Set.copyOf(EnumSet.of(SUBMITTED, POSTING, FAILED));

  /** Every allowed move. */
  public static final List<Move> ALL =
      List.of(
          move(SUBMITTED, POSTING),
          move(SUBMITTED, RETRIABLE),
          move(SUBMITTED, FAILED),
          move(SUBMITTED, SKIPPED),
          byPerson(SUBMITTED, POSTED),
          move(POSTING, POSTED),
          move(POSTING, SUBMITTED),
          move(POSTING, RETRIABLE),
          move(POSTING, FAILED),
          move(POSTING, IN_DOUBT),
          move(POSTED, CANCELLING),
          byPerson(POSTED, RETRY),
          move(RETRIABLE, RETRY),
          move(RETRIABLE, FAILED),
          move(RETRIABLE, SKIPPED),
          byPerson(RETRIABLE, POSTED),
          move(RETRIABLE, CANCELLING),
          move(RETRY, POSTING),
          move(RETRY, RETRIABLE),
          move(RETRY, FAILED),
          move(RETRY, SKIPPED),
          move(IN_DOUBT, POSTED),
          move(IN_DOUBT, RETRY),
          move(IN_DOUBT, FAILED),
          move(IN_DOUBT, SKIPPED),
          move(IN_DOUBT, CANCELLING),
          move(IN_DOUBT, CANCELLED),
          move(FAILED, RETRY),
          move(FAILED, SUBMITTED),
          move(FAILED, SKIPPED),
          byPerson(FAILED, POSTED),
          move(FAILED, CANCELLING),
          move(CANCELLING, CANCELLED),
          move(CANCELLING, POSTED),
          move(CANCELLING, IN_DOUBT),
          move(CANCELLED, RETRY),
          move(CANCELLED, SKIPPED));

  private static final By[][] TABLE = table();

  private Moves() {}

  private static Move move(Status from, Status to) {
    return new Move(from, to, By.ANYONE);
  }

  private static Move byPerson(Status from, Status to) {
    return new Move(from, to, By.PERSON);
  }

  private static By[][] table() {
    By[][] table = new By[Status.values().length][Status.values().length];
    for (Move move : ALL) {
      if (move.from() == move.to() || table[move.from().ordinal()][move.to().ordinal()] != null) {
        throw new ExceptionInInitializerError("The move " + move + " is nonsense or given twice");
      }
      table[move.from().ordinal()][move.to().ordinal()] = move.by();
    }
    return table;
  }

  /** Whether the broker may make this move by itself. */
  public static boolean allowed(Status from, Status to) {
    return TABLE[from.ordinal()][to.ordinal()] == By.ANYONE;
  }

  /** Whether a person may make this move. */
  public static boolean allowedToPerson(Status from, Status to) {
    return TABLE[from.ordinal()][to.ordinal()] != null;
  }

  /** Every status that may follow {@code from}, for messages and documentation. */
  public static Set<Status> from(Status from) {
    return ALL.stream()
        .filter(move -> move.from() == from)
        .map(Move::to)
        .collect(Collectors.toUnmodifiableSet());
  }
}
