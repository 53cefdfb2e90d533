package io.waybill.broker;

import io.waybill.message.MessageRow;
import io.waybill.message.Submission;
import java.util.concurrent.CompletableFuture;

/** The broker as routes and operators see it. Safe for use by several threads. */
public final class Broker implements Intake, Outlets {

  /**
   * Takes a document over. The returned future completes when it is durable in the journal or known
   * as a duplicate; exceptionally with {@link NotNow} where the source has to keep it.
   */
  @Override
  public CompletableFuture<Receipt> submit(Submission submission) {
    throw new UnsupportedOperationException("to be written " + submission);
  }

  /**
   * Carries out a person's action. Completes with the changed message when that is durable;
   * exceptionally with {@link ActionRefused} or {@link NotNow}.
   */
  public CompletableFuture<MessageRow> act(Action action) {
    throw new UnsupportedOperationException("to be written " + action);
  }

  /**
   * Opens the way to a destination. Messages are posted from then on; until then they wait.
   *
   * @throws IllegalStateException where it is open already: exactly one route per destination
   */
  @Override
  public void open(String destination, Outlet outlet) {
    throw new UnsupportedOperationException("to be written " + destination + outlet);
  }

  /** Closes it: nothing new is posted, what is on its way may end. */
  @Override
  public void close(String destination) {
    throw new UnsupportedOperationException("to be written " + destination);
  }
}
