package io.waybill.camel;

import io.waybill.broker.Receipt;
import io.waybill.broker.Waiters.Settled;
import io.waybill.message.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Has the route behind {@code waybill:submit?wait=} go on with the reply as its body. The document
 * is in the journal: whatever goes wrong here fails the route and not the message.
 */
final class AwaitedReply {

  private AwaitedReply() {}

  /** Goes on when the message has come to an end, or the time is over. */
  static void await(
      Exchange exchange,
      AsyncCallback callback,
      WaybillComponent component,
      Receipt receipt,
      Duration patience) {
    CompletableFuture<Optional<Settled>> settled;
    try {
      settled = component.replyDesk().settled(receipt.message().seq(), patience);
    } catch (RuntimeException e) {
      exchange.setException(e);
      callback.done(false);
      return;
    }
    var unused =
        settled.whenCompleteAsync(
            (ended, failure) -> {
              if (failure == null) {
                leave(exchange.getMessage(), ended.orElse(null));
              } else {
                exchange.setException(SubmitProducer.unwrapped(failure));
              }
              callback.done(false);
            },
            component.continuations());
  }

  private static void leave(Message message, @Nullable Settled ended) {
    Reply reply = ended == null ? null : ended.reply();
    message.setHeader(WaybillHeaders.REPLIED, reply != null);
    if (ended != null) {
      message.setHeader(WaybillHeaders.STATUS, ended.status().sqlName());
      set(message, WaybillHeaders.REASON, ended.reason() == null ? null : ended.reason().sqlName());
      set(message, WaybillHeaders.DETAIL, ended.detail());
    }
    if (reply != null) {
      message.setBody(reply.body());
      set(message, Exchange.CONTENT_TYPE, reply.contentType());
      message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.code());
      reply.headers().forEach(message::setHeader);
    }
  }

  private static void set(Message message, String name, @Nullable String value) {
    if (value == null) {
      message.removeHeader(name);
    } else {
      message.setHeader(name, value);
    }
  }
}
