package io.waybill.cli;

import org.jspecify.annotations.Nullable;

/** The broker cannot start as it is set up: what is wrong, and what to do about it. */
final class StartRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String remedy;

  StartRefused(int exitCode, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }

  int exitCode() {
    return exitCode;
  }

  String remedy() {
    return remedy;
  }
}
