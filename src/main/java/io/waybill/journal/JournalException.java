package io.waybill.journal;

/** The journal could not do what was asked. */
public final class JournalException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Who has to act. */
  public enum Kind {
    /**
     * Something in the group cannot be written: a value the database refuses, a key that is taken,
     * a guard that matches no row. Nothing of it was written; the rest is worth trying again.
     */
    DATA,
    /**
     * Deadlock or serialization failure: nothing was written; repeating the whole group may help.
     */
    BUSY,
    /** Another node owns a partition now; this one has to stop. */
    LEASE_LOST,
    /**
     * The database cannot be reached, is full, or broke off in the middle: whether a commit
     * happened is unknown.
     */
    INFRASTRUCTURE
  }

  private final Kind kind;

  /** An error of that kind; the message says what was tried and what to do. */
  public JournalException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** An error without a cause. */
  public JournalException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Who has to act. */
  public Kind kind() {
    return kind;
  }
}
