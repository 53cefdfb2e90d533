package io.waybill.broker;

/** A person's action that was not carried out; nothing changed. */
public final class ActionRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why an action is refused. */
  public enum Cause {
    /** There is no such message. */
    UNKNOWN,
    /** The row changed since the person saw it. */
    CHANGED,
    /** Not allowed in its present status. */
    NOT_ALLOWED,
    /** The document that came with it cannot be used. */
    UNFIT
  }

  private final Cause kind;

  /** Says why, and what is possible instead. */
  public ActionRefused(Cause kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** Why. */
  public Cause kind() {
    return kind;
  }
}
