package io.waybill.message;

import java.util.Locale;

/** Why a message stands where it stands: the code shown beside the status. */
public enum Reason {
  /** Another message of one of its lanes is first, or every slot of the destination is taken. */
  TURN,
  /** A prerequisite is missing. */
  PREREQUISITE,
  /** An earlier number of its lane is missing. */
  GAP,
  /** Its number came before in another message, or is from the past. */
  NUMBER,
  /** A person paused its lane, destination or operation. */
  PAUSE,
  /** The destination as a whole, or a link it needs, cannot be reached. */
  LINK,
  /** A try failed in passing; the next one is due at a stored time. */
  BACK_OFF,
  /** The provider has not yet completed the transaction before. */
  TOO_EARLY,
  /** The broker stopped before the outcome of a try was known. */
  INTERRUPTED,
  /** The answer was lost, and the destination is asked whether it has the message. */
  ASKING,
  /** The answer was lost: the destination may or may not have the message. */
  ANSWER_LOST,
  /** A try may have arrived and the destination may have forgotten it. */
  FORGOTTEN,
  /** The bytes are not what their type says: broken XML or JSON, a DOCTYPE, a foreign type. */
  UNREADABLE,
  /** No operation, or more than one, matches the document. */
  UNTYPED,
  /** An expression of the specification yields no id or key, or one that cannot be used. */
  UNKEYED,
  /** Another document was received under the same id. */
  CONFLICT,
  /** The document is larger than allowed. */
  TOO_LARGE,
  /** The intake route failed before the document reached the journal. */
  ROUTE_FAILED,
  /** The journal's database cannot hold it. */
  UNSTORABLE,
  /** The destination refused it for good. */
  REFUSED,
  /** It could not be posted within its time. */
  EXPIRED,
  /** All its attempts are spent. */
  ATTEMPTS,
  /** The stored bytes are no longer the bytes received. */
  CORRUPT,
  /** The present specification no longer knows its operation or destination. */
  UNSPECIFIED,
  /** The destination has taken the work and has not reported yet what came of it. */
  REPORT,
  /** What was done is being undone, or could not be undone. */
  CANCELLATION,
  /** A person decided; the history says who and why. */
  BY_HAND;

  private final String sqlName = name().toLowerCase(Locale.ROOT);

  /** The name in tables, documents and the command line, e.g. {@code back_off}. */
  public String sqlName() {
    return sqlName;
  }

  /** The reason of that name. */
  public static Reason of(String sqlName) {
    return valueOf(sqlName.toUpperCase(Locale.ROOT));
  }
}
