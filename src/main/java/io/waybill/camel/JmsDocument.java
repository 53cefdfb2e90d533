package io.waybill.camel;

import io.waybill.message.Reason;
import io.waybill.message.Submission.Failure;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a JMS message brings in. Serialized objects are never opened: only text and bytes are
 * documents, and everything else keeps its raw bytes and a reason.
 *
 * @param body the text or the bytes, as the route sees it
 * @param bytes the bytes as received
 * @param headers the properties that are allowed in, and a few of the JMS headers
 * @param failure why it is no document; null where it is one
 */
@SuppressWarnings("ArrayRecordComponent") // copied nowhere: bodies are large and read-only
record JmsDocument(
    Object body, byte[] bytes, Map<String, Object> headers, @Nullable Failure failure) {

  /** The user that the JMS broker authenticated, if it says so; else the sender may claim it. */
  private static final String USER = "JMSXUserID";

  /**
   * Reads a message; the body of a large one has to be read before the next one is received.
   *
   * @param trustUser whether the JMS broker says who sent it, over whatever the sender says
   * @throws JMSException where the connection fails, never for what a sender sent
   */
  static JmsDocument read(Message message, boolean trustUser) throws JMSException {
    Map<String, Object> headers = Map.of();
    try {
      headers = headers(message, trustUser);
      if (message instanceof TextMessage text) {
        String body = text.getText() == null ? "" : text.getText();
        return new JmsDocument(body, body.getBytes(StandardCharsets.UTF_8), headers, null);
      }
      if (message instanceof BytesMessage bytes) {
        byte[] body = bytes(bytes);
        return new JmsDocument(body, body, headers, null);
      }
      return unread(
          message,
          headers,
          "A JMS message of the type %s is no document and is not opened; send a TextMessage or a"
                  .formatted(kind(message))
              + " BytesMessage");
    } catch (MessageFormatException
        | MessageEOFException
        | MessageNotReadableException
        | RuntimeException e) {
      return unread(message, headers, "The JMS message cannot be read: " + e);
    }
  }

  private static JmsDocument unread(Message message, Map<String, Object> headers, String detail) {
    byte[] raw = raw(message);
    return new JmsDocument(raw, raw, headers, new Failure(Reason.UNREADABLE, detail));
  }

  private static String kind(Message message) {
    for (Class<?> type :
        new Class<?>[] {
          jakarta.jms.ObjectMessage.class,
          jakarta.jms.MapMessage.class,
          jakarta.jms.StreamMessage.class
        }) {
      if (type.isInstance(message)) {
        return type.getSimpleName();
      }
    }
    return "Message (without a body)";
  }

  /** The body as it was on the wire. */
  private static byte[] raw(Message message) {
    if (!(message instanceof ActiveMQMessage artemis)) {
      return new byte[0];
    }
    try {
      ActiveMQBuffer buffer = artemis.getCoreMessage().getReadOnlyBodyBuffer();
      byte[] raw = new byte[buffer.readableBytes()];
      buffer.readBytes(raw);
      return raw;
    } catch (RuntimeException e) {
      return new byte[0]; // what cannot even be copied is recorded by its reason alone
    }
  }

  private static byte[] bytes(BytesMessage message) throws JMSException {
    byte[] body = new byte[Math.toIntExact(message.getBodyLength())];
    int read = body.length == 0 ? 0 : message.readBytes(body);
    if (read != body.length) {
      throw new MessageEOFException(
          "The message says %d bytes and has %d".formatted(body.length, read));
    }
    return body;
  }

  private static Map<String, Object> headers(Message message, boolean trustUser)
      throws JMSException {
    Map<String, Object> headers = new LinkedHashMap<>();
    Enumeration<?> names = message.getPropertyNames();
    while (names.hasMoreElements()) {
      String name = String.valueOf(names.nextElement());
      String key = name.replace("_DOT_", ".").replace("_HYPHEN_", "-");
      if (name.equals(WireNames.JMS_MESSAGE_ID)) {
        put(headers, WaybillHeaders.MESSAGE_ID, message.getObjectProperty(name));
      } else if (name.equals(WireNames.JMS_OPERATION)) {
        put(headers, WaybillHeaders.OPERATION, message.getObjectProperty(name));
      } else if (!WireNames.RESERVED.test(key) && !WireNames.RESERVED.test(name)) {
        put(headers, key, message.getObjectProperty(name));
      }
    }
    if (trustUser && message.propertyExists(USER)) {
      put(headers, WaybillHeaders.SENDER, message.getObjectProperty(USER));
    }
    putReplyTo(headers, message);
    put(headers, "JMSCorrelationID", message.getJMSCorrelationID());
    put(headers, "JMSType", message.getJMSType());
    put(headers, "JMSTimestamp", message.getJMSTimestamp());
    if (message.getJMSDestination() instanceof Queue queue) {
      put(headers, WaybillHeaders.SOURCE, "jms:" + queue.getQueueName());
    } else if (message.getJMSDestination() instanceof Topic topic) {
      put(headers, WaybillHeaders.SOURCE, "jms:" + topic.getTopicName());
    }
    return headers;
  }

  /** Where the reply goes is for the broker to know: the open session never sends it. */
  private static void putReplyTo(Map<String, Object> headers, Message message) throws JMSException {
    if (message.getJMSReplyTo() instanceof Queue queue) {
      String correlation = message.getJMSCorrelationID();
      put(headers, WaybillHeaders.REPLY_TO, queue.getQueueName());
      put(
          headers,
          WaybillHeaders.REPLY_CORRELATION,
          correlation == null ? message.getJMSMessageID() : correlation);
      put(headers, WaybillHeaders.REPLY_REQUEST, message.getJMSMessageID());
    }
  }

  private static void put(Map<String, Object> headers, String name, @Nullable Object value) {
    if (value != null) {
      headers.put(name, value);
    }
  }
}
