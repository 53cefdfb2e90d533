package io.waybill.embedded;

import org.jspecify.annotations.Nullable;

/**
 * Says why an embedded server could not be started: what is wrong, where, and what to do about it.
 */
public final class EmbeddedStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What kind of obstacle it is; decides who has to act. */
  public enum Problem {
    /** Another broker works on this folder. */
    FOLDER_IN_USE,
    /** A folder or file cannot be created, read or written. */
    NOT_WRITABLE,
    /** Too little space is left on the volume. */
    DISK_FULL,
    /** Another program listens on the port. */
    PORT_IN_USE,
    /** The class path holds no server for this operating system and processor. */
    NO_BINARIES,
    /** PostgreSQL refuses to run as root and no way to drop the privilege works here. */
    PRIVILEGES,
    /** The folder was written by something this version cannot continue. */
    UNUSABLE_DATA,
    /** The server runs with settings that could lose acknowledged documents. */
    NOT_DURABLE,
    /** The server was started and gave up, or did not answer in time. */
    DID_NOT_START
  }

  private final Problem problem;
  private final String where;
  private final String remedy;

  EmbeddedStartException(
      Problem problem, String what, String where, String remedy, @Nullable Throwable cause) {
    super(what + " [" + where + "] " + remedy, cause);
    this.problem = problem;
    this.where = where;
    this.remedy = remedy;
  }

  EmbeddedStartException(Problem problem, String what, String where, String remedy) {
    this(problem, what, where, remedy, null);
  }

  public Problem problem() {
    return problem;
  }

  /** The folder, file or address concerned. */
  public String where() {
    return where;
  }

  /** What to change so that the next start works. */
  public String remedy() {
    return remedy;
  }
}
