package io.waybill.camel;

import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsHeaderFilterStrategy;

/** Sends out the JMS names of a posting and not the HTTP ones; lets neither in. */
final class JmsWireHeaders extends JmsHeaderFilterStrategy {

  JmsWireHeaders() {
    super(false);
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return (isReserved(name) && !WireNames.isJms(name))
        || super.applyFilterToCamelHeaders(name, value, exchange);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return isReserved(name) || super.applyFilterToExternalHeaders(name, value, exchange);
  }

  /** Also where the name was encoded for JMS. */
  private static boolean isReserved(String name) {
    return WireNames.RESERVED.test(name) || name.equalsIgnoreCase("Idempotency_HYPHEN_Key");
  }
}
