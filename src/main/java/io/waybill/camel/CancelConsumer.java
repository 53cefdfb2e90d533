package io.waybill.camel;

import io.waybill.broker.Outlet;
import io.waybill.broker.Posting;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code waybill:cancel:DESTINATION}: a route that undoes what the destination has performed. It
 * gets the posting id of that in {@code CamelWaybillPostingId}, with the document; what the step
 * answered is among {@code CamelWaybillReplies}. Ended normally, it is undone; an exception is
 * classified as for postings.
 */
final class CancelConsumer extends DefaultConsumer
    implements Outlet, ExtendedStartupListener, Suspendable {

  private final WaybillComponent component;
  private final Destination destination;
  private boolean open;

  CancelConsumer(WaybillEndpoint endpoint, Destination destination, Processor processor) {
    super(endpoint, processor);
    this.component = endpoint.component();
    this.destination = destination;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    if (destination.delivery() == DeliveryClass.TRANSACTIONAL) {
      OneTransaction transaction = component.oneTransaction();
      if (transaction == null) {
        throw new FailedToStartRouteException(
            getRouteId(),
            "Destination '%s' is transactional, and there is no transaction manager"
                .formatted(destination.name()));
      }
      new TransactionalRoute(
              destination,
              endpoint -> transaction.leavesOut(CamelConfiguration.dataSource(endpoint)))
          .check(getRoute());
    }
    component.claimCancel(destination.name(), this);
    // a cancellation may use any route, so all of them have to be up
    getEndpoint().getCamelContext().addStartupListener(this);
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    if (alreadyStarted) {
      openWay();
    }
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    openWay();
  }

  private synchronized void openWay() {
    if (!open && component.isCancelledBy(destination.name(), this)) {
      component.outlets().openCancel(destination.name(), this);
      open = true;
    }
  }

  private synchronized void closeWay() {
    if (open) {
      component.outlets().closeCancel(destination.name());
      open = false;
    }
  }

  @Override
  protected void doSuspend() {
    closeWay();
  }

  @Override
  protected void doResume() {
    openWay();
  }

  @Override
  protected void doStop() throws Exception {
    closeWay();
    component.releaseCancel(destination.name(), this);
    super.doStop();
  }

  @Override
  public boolean post(Posting posting, Consumer<Outcome> answer) {
    if (destination.delivery() == DeliveryClass.TRANSACTIONAL) {
      OneTransaction transaction = Objects.requireNonNull(component.oneTransaction());
      answer.accept(transaction.perform(posting, destination, () -> routeOnThisThread(posting)));
      return false;
    }
    Exchange exchange = exchange(posting);
    var unused =
        getAsyncProcessor()
            .process(
                exchange,
                doneSync -> {
                  Outcome outcome = PostConsumer.outcome(exchange, component, destination);
                  releaseExchange(exchange, false);
                  answer.accept(outcome);
                });
    return false;
  }

  private Outcome routeOnThisThread(Posting posting) {
    Exchange exchange = exchange(posting);
    Thread here = Thread.currentThread();
    AtomicBoolean doneHere = new AtomicBoolean();
    var unused =
        getAsyncProcessor()
            .process(exchange, doneSync -> doneHere.set(Thread.currentThread() == here));
    if (!doneHere.get()) {
      return new Outcome.Refused(
          Reason.REFUSED,
          "The route from waybill:cancel:%s left its thread, and so its transaction. Nothing was"
                  .formatted(destination.name())
              + " committed; make every step synchronous.");
    }
    Outcome outcome = PostConsumer.outcome(exchange, component, destination);
    releaseExchange(exchange, false);
    return outcome;
  }

  private Exchange exchange(Posting posting) {
    Exchange exchange = createExchange(false);
    Message message = exchange.getIn();
    message.setBody(posting.payload().body());
    String undone = posting.row().postingId().text();
    set(message, Exchange.CONTENT_TYPE, posting.payload().contentType());
    set(message, WaybillHeaders.SEQ, posting.row().seq());
    set(message, WaybillHeaders.MESSAGE_ID, posting.row().received().messageId());
    set(message, WaybillHeaders.OPERATION, posting.row().received().operation());
    set(message, WaybillHeaders.BUSINESS_ID, posting.row().received().businessId());
    set(message, WaybillHeaders.DESTINATION, destination.name());
    set(message, WaybillHeaders.POSTING_ID, undone);
    set(message, WaybillHeaders.ATTEMPT, posting.row().standing().attempts());
    int run = posting.row().standing().run();
    set(message, WaybillHeaders.RUN, run);
    EarlierReplies.give(posting, exchange);
    set(message, WireNames.IDEMPOTENCY_KEY, posting.id().text());
    set(message, WireNames.HTTP_TRANSACTION, undone);
    set(message, WireNames.HTTP_RUN, run);
    set(message, WireNames.DUPLICATE_ID, posting.id().text());
    set(message, WireNames.JMS_POSTING_ID, posting.id().text());
    set(message, WireNames.JMS_TRANSACTION, undone);
    set(message, WireNames.JMS_RUN, run);
    return exchange;
  }

  private static void set(Message message, String name, @Nullable Object value) {
    if (value != null) {
      message.setHeader(name, value);
    }
  }
}
