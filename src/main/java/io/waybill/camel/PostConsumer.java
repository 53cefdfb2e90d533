package io.waybill.camel;

import io.waybill.broker.Outlet;
import io.waybill.broker.Posting;
import io.waybill.message.LaneName;
import io.waybill.message.Outcome;
import io.waybill.message.Payload;
import io.waybill.message.PostingId;
import io.waybill.message.Reason;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** {@code waybill:post:DESTINATION}: the way to a destination is a route. */
final class PostConsumer extends DefaultConsumer
    implements Outlet, ExtendedStartupListener, Suspendable {

  private static final int LONGEST_DETAIL = 1000;

  private final WaybillComponent component;
  private final Destination atStart;
  private final Map<PostingId, Place> places = new ConcurrentHashMap<>();

  /** Whether nothing follows the sending: then the order of sending is that of the lane. */
  private boolean endsWithSending;

  private boolean open;

  PostConsumer(WaybillEndpoint endpoint, Destination destination, Processor processor) {
    super(endpoint, processor);
    this.component = endpoint.component();
    this.atStart = destination;
  }

  /** As the present rules have it. */
  private Destination destination() {
    Destination present = component.specification().destination(atStart.name());
    return present == null ? atStart : present;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    if (destination().delivery() == DeliveryClass.TRANSACTIONAL) {
      requireOneTransaction();
    } else if (destination().delivery() == DeliveryClass.QUERYABLE) {
      QueryConsumer.require(getEndpoint().getCamelContext(), getRouteId(), destination());
    }
    component.claim(atStart.name(), this);
    // The first posting may use any route, so all of them have to be up. A listener that is added
    // to a running context is called at once.
    getEndpoint().getCamelContext().addStartupListener(this);
  }

  /** All routes are there by now, though not all run: those behind this one can be looked at. */
  private void requireOneTransaction() {
    OneTransaction transaction = component.oneTransaction();
    if (transaction == null) {
      throw new FailedToStartRouteException(
          getRouteId(),
          "Destination '%s' is transactional, and there is no transaction manager"
              .formatted(atStart.name()));
    }
    new TransactionalRoute(
            destination(),
            endpoint -> transaction.leavesOut(CamelConfiguration.dataSource(endpoint)))
        .check(getRoute());
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
    if (!open && component.claimedBy(atStart.name(), this)) {
      endsWithSending = endsWithSending();
      component.outlets().open(atStart.name(), this);
      open = true;
    }
  }

  private boolean endsWithSending() {
    RouteDefinition route =
        ((ModelCamelContext) getEndpoint().getCamelContext()).getRouteDefinition(getRouteId());
    List<ProcessorDefinition<?>> steps = route == null ? List.of() : route.getOutputs();
    return !steps.isEmpty() && steps.get(steps.size() - 1) instanceof ToDefinition;
  }

  private synchronized void closeWay() {
    if (open) {
      component.outlets().close(atStart.name());
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
    component.release(atStart.name(), this);
    super.doStop();
  }

  @Override
  public boolean post(Posting posting, Consumer<Outcome> answer) {
    switch (destination().delivery()) {
      case TRANSACTIONAL -> {
        OneTransaction transaction = Objects.requireNonNull(component.oneTransaction());
        answer.accept(
            transaction.perform(posting, destination(), () -> routeOnThisThread(posting)));
        return false;
      }
      case DEDUPLICATING -> {
        return inItsPlace(posting, answer);
      }
      case QUERYABLE, HOLD, REPEAT -> {
        route(exchange(posting), posting, answer);
        return false;
      }
    }
    throw new IllegalStateException("No way for " + destination().delivery());
  }

  private boolean inItsPlace(Posting posting, Consumer<Outcome> answer) {
    Posting.Before after = posting.after();
    Place before = after == null ? null : places.get(after.id());
    // asked after the look-up: a place is given up when its outcome has been told
    if (after != null && after.failed()) {
      answer.accept(new Outcome.NotSent("the message before it in its lane was not posted"));
      return false;
    }
    Place place = new Place(before);
    places.put(posting.id(), place);
    Exchange exchange = exchange(posting);
    exchange.setProperty(Place.PROPERTY, place);
    route(
        exchange,
        posting,
        outcome -> {
          answer.accept(outcome);
          places.remove(posting.id(), place);
        });
    return endsWithSending && place.taken();
  }

  private void route(Exchange exchange, Posting posting, Consumer<Outcome> answer) {
    var unused =
        getAsyncProcessor()
            .process(
                exchange,
                doneSync -> {
                  Outcome outcome = outcome(exchange, posting);
                  releaseExchange(exchange, false);
                  answer.accept(outcome);
                });
  }

  /** Runs the route inside the transaction of this thread; it must not leave it. */
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
          "The route of the transactional destination '%s' left its thread, and so its transaction"
                  .formatted(atStart.name())
              + " (threads, seda, an asynchronous endpoint, parallel processing). Nothing was"
              + " committed; make every step synchronous.");
    }
    Outcome outcome = outcome(exchange, posting);
    releaseExchange(exchange, false);
    return outcome;
  }

  private Exchange exchange(Posting posting) {
    Exchange exchange = createExchange(false);
    Message message = exchange.getIn();
    Payload payload = posting.payload();
    message.setBody(payload.body());
    set(message, Exchange.CONTENT_TYPE, payload.contentType());
    describe(message, posting, atStart);
    int run = posting.row().standing().run();
    set(message, WireNames.IDEMPOTENCY_KEY, posting.id().text());
    EarlierReplies.give(posting, exchange);
    if (destination().reports() != null) {
      String report =
          "/api/v1/messages/%d/steps/%d"
              .formatted(posting.row().seq(), posting.row().standing().step());
      set(message, WireNames.HTTP_REPORT, report);
      set(message, WireNames.JMS_REPORT, report);
    }
    set(message, WireNames.HTTP_TRANSACTION, posting.id().text());
    set(message, WireNames.HTTP_RUN, run);
    set(message, WireNames.DUPLICATE_ID, posting.id().text());
    set(message, WireNames.JMS_POSTING_ID, posting.id().text());
    set(message, WireNames.JMS_TRANSACTION, posting.id().text());
    set(message, WireNames.JMS_RUN, run);
    return exchange;
  }

  /** The headers that tell a route which message it is about. */
  static void describe(Message message, Posting posting, Destination destination) {
    posting
        .payload()
        .headers()
        .forEach(
            (name, value) -> {
              switch (name) {
                case "file-name" -> message.setHeader(WaybillHeaders.FILE_NAME, value);
                case "correlation-id" -> message.setHeader(WaybillHeaders.CORRELATION_ID, value);
                default -> {
                  if (!WireNames.RESERVED.test(name)) {
                    message.setHeader(name, value);
                  }
                }
              }
            });
    set(message, WaybillHeaders.SEQ, posting.row().seq());
    set(message, WaybillHeaders.MESSAGE_ID, posting.row().received().messageId());
    set(message, WaybillHeaders.OPERATION, posting.row().received().operation());
    set(message, WaybillHeaders.BUSINESS_ID, posting.row().received().businessId());
    set(message, WaybillHeaders.DESTINATION, destination.name());
    set(message, WaybillHeaders.POSTING_ID, posting.id().text());
    set(
        message,
        WaybillHeaders.LANES,
        posting.row().standing().lanes().stream().map(LaneName::toString).toList());
    set(message, WaybillHeaders.ATTEMPT, posting.row().standing().attempts());
    set(message, WaybillHeaders.RUN, posting.row().standing().run());
  }

  private static void set(Message message, String name, @Nullable Object value) {
    if (value != null) {
      message.setHeader(name, value);
    }
  }

  private Outcome outcome(Exchange exchange, Posting posting) {
    Outcome outcome = outcome(exchange, component, destination());
    if (outcome instanceof Outcome.Posted posted
        && destination().reports() != null
        && said(exchange) == null) {
      return new Outcome.Accepted(posted.detail());
    }
    RouteReply reply = component.reply(posting.row());
    return reply == null ? outcome : reply.with(outcome, exchange);
  }

  /** What a route says of its posting, without the reply. */
  static Outcome outcome(Exchange exchange, WaybillComponent component, Destination destination) {
    Exception exception = exchange.getException();
    String said = said(exchange);
    // A route that says "posted" before a step that then fails has not posted.
    if (exception != null && (said == null || said.equals("posted"))) {
      return component.failures().classify(exception, destination);
    }
    if (said == null) {
      return exchange.isRollbackOnly()
          ? new Outcome.Ambiguous("The route marked the exchange for rollback")
          : new Outcome.Posted(answerCode(exchange));
    }
    return declared(said, exception == null ? detail(exchange) : String.valueOf(exception));
  }

  private static @Nullable String said(Exchange exchange) {
    Object said = exchange.getMessage().getHeader(WaybillHeaders.OUTCOME);
    return said != null
        ? said.toString().trim()
        : exchange.getProperty(WaybillHeaders.OUTCOME, String.class);
  }

  private static Outcome declared(String said, String detail) {
    String text = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
    return switch (said) {
      case "posted" -> new Outcome.Posted(text);
      case "refused" -> new Outcome.Refused(Reason.REFUSED, text);
      case "transient" -> new Outcome.Transient(text, null);
      case "unavailable" -> new Outcome.Unavailable(text, null);
      case "tooEarly" -> new Outcome.TooEarly(text);
      case "ambiguous" -> new Outcome.Ambiguous(text);
      default ->
          new Outcome.Ambiguous(
              "The route said '%s'; CamelWaybillOutcome knows posted, refused, transient, ambiguous,"
                      .formatted(said)
                  + " unavailable and tooEarly");
    };
  }

  private static String detail(Exchange exchange) {
    Object given = exchange.getMessage().getHeader(WaybillHeaders.DETAIL);
    if (given != null) {
      return given.toString();
    }
    Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    return caught != null ? caught.toString() : "the route said so";
  }

  private static @Nullable String answerCode(Exchange exchange) {
    Object code = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE);
    return code == null ? null : "HTTP " + code;
  }
}
