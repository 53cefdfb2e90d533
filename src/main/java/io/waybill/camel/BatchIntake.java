package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.broker.NotNow;
import io.waybill.message.Reason;
import io.waybill.message.Submission.Failure;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one document of a batch through its route and makes sure that it ends in the journal: the
 * route submits it, or, where the route fails, it is journaled as failed with its bytes. The source
 * may be acknowledged when the returned future completes normally, and only then.
 */
final class BatchIntake {

  private static final Logger LOG = LoggerFactory.getLogger(BatchIntake.class);
  private static final int LONGEST_DETAIL = 1000;

  private final Intake intake;
  private final Documents documents;

  BatchIntake(Intake intake, Documents documents) {
    this.intake = intake;
    this.documents = documents;
  }

  /** Starts the route and does not wait for it. */
  CompletableFuture<@Nullable Void> start(
      Exchange exchange, JmsDocument document, DefaultConsumer route) {
    exchange.setIn(message(exchange, document));
    CompletableFuture<@Nullable Void> taken = new CompletableFuture<>();
    Failure unread = document.failure();
    if (unread != null) {
      journalFailed(exchange, document, unread, taken, route);
      return taken;
    }
    var unused =
        route
            .getAsyncProcessor()
            .process(exchange, doneSync -> ended(exchange, document, taken, route));
    return taken;
  }

  private static DefaultMessage message(Exchange exchange, JmsDocument document) {
    DefaultMessage message = new DefaultMessage(exchange);
    message.setBody(document.body());
    for (Map.Entry<String, Object> header : document.headers().entrySet()) {
      message.setHeader(header.getKey(), header.getValue());
    }
    return message;
  }

  private void ended(
      Exchange exchange,
      JmsDocument document,
      CompletableFuture<@Nullable Void> taken,
      DefaultConsumer route) {
    Exception exception = exchange.getException();
    NotNow notNow = notNow(exception);
    boolean journaled = SubmitProducer.isJournaled(exchange);
    if (journaled || (exception == null && !exchange.isRollbackOnly())) {
      if (exception != null) {
        LOG.warn("A document is in the journal, but its route failed afterwards", exception);
      }
      end(exchange, taken, route, null);
    } else if (notNow != null) {
      end(exchange, taken, route, notNow);
    } else {
      Failure failure =
          new Failure(
              Reason.ROUTE_FAILED,
              exception == null
                  ? "The route marked the exchange for rollback"
                  : shortened("The route failed: " + exception));
      journalFailed(exchange, document, failure, taken, route);
    }
  }

  private static String shortened(String detail) {
    return detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
  }

  private void journalFailed(
      Exchange exchange,
      JmsDocument document,
      Failure failure,
      CompletableFuture<@Nullable Void> taken,
      DefaultConsumer route) {
    try {
      exchange.setIn(message(exchange, document)); // as received, not as the route left it
      var unused =
          intake
              .submit(documents.failed(exchange, document.bytes(), failure))
              .whenComplete((receipt, problem) -> end(exchange, taken, route, problem));
    } catch (RuntimeException e) {
      end(exchange, taken, route, e);
    }
  }

  private static void end(
      Exchange exchange,
      CompletableFuture<@Nullable Void> taken,
      DefaultConsumer route,
      @Nullable Throwable problem) {
    route.releaseExchange(exchange, false);
    if (problem == null) {
      taken.complete(null);
    } else {
      taken.completeExceptionally(problem);
    }
  }

  /** The broker's word that it cannot take documents now, wherever it stands in the causes. */
  static @Nullable NotNow notNow(@Nullable Throwable failure) {
    Throwable next = failure;
    for (int depth = 0; next != null && depth < 50; depth++) {
      if (next instanceof NotNow notNow) {
        return notNow;
      }
      next = next.getCause();
    }
    return null;
  }
}
