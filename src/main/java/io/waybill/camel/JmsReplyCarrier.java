package io.waybill.camel;

import io.waybill.broker.ReplyRounds;
import io.waybill.message.DueReply;
import io.waybill.message.Reply;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQDuplicateIdException;
import org.jspecify.annotations.Nullable;

/** Sends replies to queues, each once and on disk there before it counts as sent. */
final class JmsReplyCarrier implements ReplyRounds.Carrier {

  private static final int OK = 200;
  private static final int GONE = 410;

  private final ConnectionFactory connections;

  JmsReplyCarrier(ConnectionFactory connections) {
    this.connections = connections;
  }

  @Override
  public void send(DueReply due) throws JMSException {
    try (Connection connection = connections.createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(queue(session, due))) {
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      producer.send(message(session, due));
    } catch (JMSException e) {
      if (!(e.getCause() instanceof ActiveMQDuplicateIdException)) {
        throw e;
      }
      // sent before a crash that kept this from being noted
    }
  }

  private static jakarta.jms.Queue queue(Session session, DueReply due) throws JMSException {
    return session.createQueue(due.to().address());
  }

  private static Message message(Session session, DueReply due) throws JMSException {
    Reply reply = due.reply() == null ? receipt(due) : due.reply();
    String text = text(reply);
    Message message;
    if (text == null) {
      BytesMessage bytes = session.createBytesMessage();
      bytes.writeBytes(reply.body());
      message = bytes;
    } else {
      message = session.createTextMessage(text);
    }
    message.setJMSCorrelationID(due.to().correlationId());
    message.setStringProperty(
        WireNames.DUPLICATE_ID, "waybill-reply-%d-%d".formatted(due.entry(), due.asks()));
    message.setLongProperty("waybill_seq", due.seq());
    message.setStringProperty(WireNames.JMS_MESSAGE_ID, due.messageId());
    message.setStringProperty(WireNames.JMS_OPERATION, due.operation());
    message.setIntProperty("waybill_reply_code", reply.code());
    if (reply.contentType() != null) {
      message.setStringProperty("Content_HYPHEN_Type", reply.contentType());
    }
    for (Map.Entry<String, String> header : reply.headers().entrySet()) {
      String name = header.getKey().replace(".", "_DOT_").replace("-", "_HYPHEN_");
      message.setStringProperty(name, header.getValue());
    }
    return message;
  }

  /** What is said where no reply came, or it is no longer kept. */
  private static Reply receipt(DueReply due) {
    boolean posted = due.status() == io.waybill.message.Status.POSTED;
    String json = "{\"seq\":%d,\"status\":\"%s\"}".formatted(due.seq(), due.status().sqlName());
    return new Reply(
        posted ? OK : GONE, "application/json", Map.of(), json.getBytes(StandardCharsets.UTF_8));
  }

  /** The reply as text, where its type says that it is and UTF-8 reads it back the same. */
  private static @Nullable String text(Reply reply) {
    String type = reply.contentType() == null ? "" : reply.contentType().toLowerCase(Locale.ROOT);
    boolean another = type.contains("charset") && !type.contains("utf-8");
    if (another || !(type.startsWith("text/") || type.contains("json") || type.contains("xml"))) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(reply.body())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
