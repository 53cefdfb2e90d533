package io.waybill.camel;

import io.waybill.broker.ReplyDesk;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/**
 * {@code waybill:release}: releases the reply to a message that the sender names by {@code
 * CamelWaybillSeq}, or by operation and message id. What came of it is left in {@code
 * CamelWaybillResult}; nothing that a sender names makes the route fail.
 */
final class ReleaseProducer extends DefaultProducer {

  ReleaseProducer(WaybillEndpoint endpoint) {
    super(endpoint);
  }

  @Override
  public void process(Exchange exchange) {
    WaybillEndpoint endpoint = (WaybillEndpoint) getEndpoint();
    ReplyDesk desk = endpoint.component().replyDesk();
    Message message = exchange.getMessage();
    String sender = Documents.sender(exchange, endpoint);
    Long seq = message.getHeader(WaybillHeaders.SEQ, Long.class);
    String id = message.getHeader(WaybillHeaders.MESSAGE_ID, String.class);
    String operation =
        endpoint.getOperation() != null
            ? endpoint.getOperation()
            : message.getHeader(WaybillHeaders.OPERATION, String.class);
    ReplyDesk.Released released;
    if (seq != null) {
      released = desk.release(sender, seq);
    } else if (id != null && operation != null) {
      released = desk.release(sender, operation, id);
    } else {
      released = ReplyDesk.Released.UNKNOWN;
    }
    message.setHeader(WaybillHeaders.RESULT, released.name().toLowerCase(Locale.ROOT));
  }
}
