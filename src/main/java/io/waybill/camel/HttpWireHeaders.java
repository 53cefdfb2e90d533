package io.waybill.camel;

import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/** Sends out the HTTP names of a posting and not the JMS ones; lets neither in. */
final class HttpWireHeaders extends HttpHeaderFilterStrategy {

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return (!WireNames.isHttp(name) && WireNames.RESERVED.test(name))
        || super.applyFilterToCamelHeaders(name, value, exchange);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return WireNames.RESERVED.test(name)
        || super.applyFilterToExternalHeaders(name, value, exchange);
  }
}
