package io.waybill.camel;

import io.waybill.broker.Receipt;
import io.waybill.message.MessageRow;
import io.waybill.message.Submission;
import io.waybill.spec.split.Split;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * {@code waybill:submit}: the route goes on when the document is durable. Nothing waits for it: the
 * calling thread is free for the next document, so that many share one commit.
 */
final class SubmitProducer extends DefaultAsyncProducer {

  /** Set on an exchange whose document is in the journal. */
  static final String RECEIPT = "CamelWaybillReceipt";

  SubmitProducer(WaybillEndpoint endpoint) {
    super(endpoint);
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    WaybillEndpoint endpoint = (WaybillEndpoint) getEndpoint();
    Split split = endpoint.splitting();
    if (split != null) {
      submitParts(exchange, endpoint, split);
      callback.done(true);
      return true;
    }
    CompletableFuture<Receipt> receipt;
    try {
      Submission submission = endpoint.component().documents().read(exchange, endpoint);
      receipt = endpoint.component().intake().submit(submission);
    } catch (Exception e) {
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    // a refusal at once is heard before the source begins with what comes behind it
    boolean refused = receipt.isCompletedExceptionally();
    var unused =
        receipt.whenCompleteAsync(
            (known, failure) -> {
              Duration patience = endpoint.patience();
              if (failure != null) {
                fail(exchange, unwrapped(failure));
              } else {
                leave(exchange, known);
                if (patience != null && waits(known)) {
                  AwaitedReply.await(exchange, callback, endpoint.component(), known, patience);
                  return;
                }
              }
              callback.done(refused);
            },
            refused ? Runnable::run : continuations(exchange));
    return refused;
  }

  private static boolean waits(Receipt receipt) {
    return receipt.result() == Receipt.Result.ACCEPTED
        || receipt.result() == Receipt.Result.DUPLICATE;
  }

  /** The thread waits: whatever the source has behind this body comes behind its documents. */
  private static void submitParts(Exchange exchange, WaybillEndpoint endpoint, Split split) {
    Documents documents = endpoint.component().documents();
    try (LargeBody body = LargeBody.of(exchange.getMessage())) {
      Tally tally =
          new SplitIntake(
                  endpoint.component().intake(),
                  endpoint.component().underway(),
                  Instant.ofEpochMilli(exchange.getClock().getCreated()),
                  () -> goesOn(exchange))
              .submit(
                  body,
                  split,
                  documents.largest(),
                  documents.readWhole(exchange, endpoint),
                  exchange.getProperty(Tally.Ledger.PROPERTY, Tally.Ledger.class));
      leave(exchange, tally);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(exchange, e);
    } catch (Exception e) {
      fail(exchange, e);
    }
  }

  /** Whether the route that the exchange came by is not being stopped. */
  private static boolean goesOn(Exchange exchange) {
    Route route = exchange.getContext().getRoute(exchange.getFromRouteId());
    return !exchange.getContext().isStopping()
        && (route == null
            || !(route.getConsumer() instanceof StatefulService consumer)
            || (consumer.isRunAllowed() && !consumer.isSuspending() && !consumer.isSuspended()));
  }

  /**
   * That the broker takes nothing now is for the source to hear, which keeps the document. No error
   * handling of a route may turn it into success, and none has to tell it: one refusal follows the
   * other for as long as it lasts.
   */
  private static void fail(Exchange exchange, Throwable failure) {
    exchange.setException(failure);
    if (BatchIntake.notNow(failure) != null) {
      exchange.getExchangeExtension().setRedeliveryExhausted(true);
    }
  }

  private Executor continuations(Exchange exchange) {
    WaybillComponent component = ((WaybillEndpoint) getEndpoint()).component();
    return exchange.getProperty(DropFolderStrategy.WORK) == null
        ? component.continuations()
        : component.finishing();
  }

  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static void leave(Exchange exchange, Tally tally) {
    exchange.setProperty(Tally.PROPERTY, tally);
    Message message = exchange.getMessage();
    message.setHeader(WaybillHeaders.RESULT, tally.result());
    message.setHeader(WaybillHeaders.DOCUMENTS, tally.documents());
    message.setHeader(WaybillHeaders.FAILED, tally.conflicts() + tally.failed());
  }

  /** Whether what the exchange carried is in the journal. */
  static boolean isJournaled(Exchange exchange) {
    return exchange.getProperty(RECEIPT) != null || exchange.getProperty(Tally.PROPERTY) != null;
  }

  static void leave(Exchange exchange, Receipt receipt) {
    exchange.setProperty(RECEIPT, receipt);
    MessageRow row = receipt.message();
    Message message = exchange.getMessage();
    message.setHeader(WaybillHeaders.SEQ, row.seq());
    message.setHeader(WaybillHeaders.MESSAGE_ID, row.received().messageId());
    message.setHeader(WaybillHeaders.OPERATION, row.received().operation());
    message.setHeader(WaybillHeaders.RESULT, receipt.result().name().toLowerCase(Locale.ROOT));
    message.setHeader(WaybillHeaders.STATUS, row.standing().status().sqlName());
    set(
        message,
        WaybillHeaders.REASON,
        row.standing().reason() == null ? null : row.standing().reason().sqlName());
    set(message, WaybillHeaders.DETAIL, row.standing().detail());
  }

  private static void set(Message message, String name, @Nullable String value) {
    if (value == null) {
      message.removeHeader(name);
    } else {
      message.setHeader(name, value);
    }
  }
}
