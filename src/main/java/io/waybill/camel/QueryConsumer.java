package io.waybill.camel;

import io.waybill.broker.Posting;
import io.waybill.broker.Query;
import io.waybill.message.Outcome;
import io.waybill.spec.Destination;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code waybill:query:DESTINATION}: a route that asks a destination whether it has a posting. It
 * gets the headers of the posting, without a body, and says {@code CamelWaybillAnswer} = {@code
 * has}, {@code hasNot} or {@code unknown}. An exception, or no word, is no answer: it is asked
 * again.
 */
final class QueryConsumer extends DefaultConsumer
    implements Query, ExtendedStartupListener, Suspendable {

  private static final int LONGEST_DETAIL = 500;

  private final WaybillComponent component;
  private final Destination destination;
  private boolean open;

  QueryConsumer(WaybillEndpoint endpoint, Destination destination, Processor processor) {
    super(endpoint, processor);
    this.component = endpoint.component();
    this.destination = destination;
  }

  /** Refuses to post to a queryable destination that no route can ask. */
  static void require(CamelContext camel, String postRoute, Destination destination) {
    String uri = "waybill:query:" + destination.name();
    boolean there =
        ((ModelCamelContext) camel)
            .getRouteDefinitions().stream()
                .map(RouteDefinition::getInput)
                .map(FromDefinition::getEndpointUri)
                .map(camel::resolvePropertyPlaceholders)
                .map(text -> text.replaceFirst("\\?.*", "").replace("waybill://", "waybill:"))
                .anyMatch(uri::equals);
    if (!there) {
      throw new FailedToStartRouteException(
          postRoute,
          "Destination '%s' is queryable, and no route asks it; write one from %s in routes/"
              .formatted(destination.name(), uri));
    }
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    component.claimQuery(destination.name(), this);
    // the question may use any route, so all of them have to be up
    getEndpoint().getCamelContext().addStartupListener(this);
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    if (alreadyStarted) {
      openQuery();
    }
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    openQuery();
  }

  private synchronized void openQuery() {
    if (!open && component.isAskedBy(destination.name(), this)) {
      component.outlets().openQuery(destination.name(), this);
      open = true;
    }
  }

  private synchronized void closeQuery() {
    if (open) {
      component.outlets().closeQuery(destination.name());
      open = false;
    }
  }

  @Override
  protected void doSuspend() {
    closeQuery();
  }

  @Override
  protected void doResume() {
    openQuery();
  }

  @Override
  protected void doStop() throws Exception {
    closeQuery();
    component.releaseQuery(destination.name(), this);
    super.doStop();
  }

  @Override
  public void ask(Posting posting, Consumer<Answer> answer) {
    Exchange exchange = createExchange(false);
    PostConsumer.describe(exchange.getIn(), posting, destination);
    var unused =
        getAsyncProcessor()
            .process(
                exchange,
                doneSync -> {
                  Answer said = answer(exchange);
                  releaseExchange(exchange, false);
                  answer.accept(said);
                });
  }

  private Answer answer(Exchange exchange) {
    Exception exception = exchange.getException();
    if (exception != null) {
      Outcome outcome = component.failures().classify(exception, destination);
      return new Answer.Nothing(
          outcome instanceof Outcome.Unavailable
              ? outcome
              : new Outcome.Unanswered(String.valueOf(outcome.detail())));
    }
    String said = said(exchange);
    return switch (said == null ? "" : said) {
      case "has" -> new Answer.Has("the destination says that it has it" + detail(exchange));
      case "hasNot" -> new Answer.HasNot();
      case "unknown" ->
          new Answer.Nothing(
              new Outcome.Unanswered("the destination does not know" + detail(exchange)));
      default ->
          new Answer.Nothing(
              new Outcome.Unanswered(
                  "The route from waybill:query:%s %s; CamelWaybillAnswer knows has, hasNot and unknown"
                      .formatted(
                          destination.name(),
                          said == null ? "said nothing" : "said '" + bounded(said) + "'")));
    };
  }

  private static @Nullable String said(Exchange exchange) {
    Object said = exchange.getMessage().getHeader(WaybillHeaders.ANSWER);
    return said != null
        ? said.toString().trim()
        : exchange.getProperty(WaybillHeaders.ANSWER, String.class);
  }

  private static String detail(Exchange exchange) {
    Object given = exchange.getMessage().getHeader(WaybillHeaders.DETAIL);
    return given == null ? "" : ": " + bounded(given.toString());
  }

  private static String bounded(String text) {
    return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) : text;
  }
}
