package io.waybill.cli;

/** What the commands end with. Stable: scripts decide by them. */
final class ExitCode {

  /** Done. */
  static final int OK = 0;

  /** Refused, or failed: the message says why. */
  static final int REFUSED = 1;

  /** The command line or the configuration is wrong; the same call cannot work. */
  static final int USAGE = 2;

  /** The broker, its database or its JMS server cannot be reached. */
  static final int UNREACHABLE = 3;

  /** The machine does not allow it: folder or port in use, not writable, disk full. */
  static final int IMPOSSIBLE_HERE = 4;

  /** User or password is wrong, or the user may not do this. */
  static final int NOT_ALLOWED = 5;

  /** The running broker could not go on and ended itself at once. */
  static final int FATAL = 70;

  private ExitCode() {}
}
