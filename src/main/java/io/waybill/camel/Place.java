package io.waybill.camel;

import org.jspecify.annotations.Nullable;

/**
 * Where a posting stands on a way that keeps the order of its lane. A route carries it as property
 * of the exchange; whoever sends in batches says when it took the message, and that what follows a
 * failed one is not sent.
 */
final class Place {

  /** The property of the exchange. */
  static final String PROPERTY = "CamelWaybillPlace";

  private volatile @Nullable Place before;
  private volatile boolean taken;
  private volatile boolean failed;

  Place(@Nullable Place before) {
    this.before = before;
  }

  /** Taken for sending, in the order of the calls. */
  void take() {
    taken = true;
  }

  boolean taken() {
    return taken;
  }

  /** It was not sent. */
  void fail() {
    failed = true;
  }

  /** Whether the one before it was not sent. */
  boolean mustNotFollow() {
    Place asked = before;
    return asked != null && asked.failed;
  }

  /** It is decided: whoever was before it need not be remembered. */
  void end() {
    before = null;
  }
}
