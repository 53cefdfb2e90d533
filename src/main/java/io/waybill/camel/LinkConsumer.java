package io.waybill.camel;

import io.waybill.broker.Probe;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** {@code waybill:link:NAME}: a route that ends normally where the link is there. */
final class LinkConsumer extends DefaultConsumer
    implements Probe, ExtendedStartupListener, Suspendable {

  private static final int LONGEST_DETAIL = 500;

  private final WaybillComponent component;
  private final String link;
  private boolean open;

  LinkConsumer(WaybillEndpoint endpoint, String link, Processor processor) {
    super(endpoint, processor);
    this.component = endpoint.component();
    this.link = link;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    component.claimLink(link, this);
    // the probe may use any route, so all of them have to be up
    getEndpoint().getCamelContext().addStartupListener(this);
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    if (alreadyStarted) {
      openProbe();
    }
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    openProbe();
  }

  private synchronized void openProbe() {
    if (!open && component.isProbedBy(link, this)) {
      component.probes().openProbe(link, this);
      open = true;
    }
  }

  private synchronized void closeProbe() {
    if (open) {
      component.probes().closeProbe(link);
      open = false;
    }
  }

  @Override
  protected void doSuspend() {
    closeProbe();
  }

  @Override
  protected void doResume() {
    openProbe();
  }

  @Override
  protected void doStop() throws Exception {
    closeProbe();
    component.releaseLink(link, this);
    super.doStop();
  }

  @Override
  public void probe(Consumer<@Nullable String> answer) {
    Exchange exchange = createExchange(false);
    var unused =
        getAsyncProcessor()
            .process(
                exchange,
                doneSync -> {
                  String trouble = trouble(exchange);
                  releaseExchange(exchange, false);
                  answer.accept(trouble);
                });
  }

  private static @Nullable String trouble(Exchange exchange) {
    Exception exception = exchange.getException();
    if (exception == null) {
      return exchange.isRollbackOnly() ? "the route marked the exchange for rollback" : null;
    }
    String message = exception.getMessage();
    String text = message == null ? exception.getClass().getSimpleName() : message;
    return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) : text;
  }
}
