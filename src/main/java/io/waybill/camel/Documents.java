package io.waybill.camel;

import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.ReplyTo;
import io.waybill.message.Submission;
import io.waybill.message.Submission.Failure;
import io.waybill.message.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads exchanges as submissions: the bytes as received, and of the headers only what is allowed
 * in.
 *
 * @param keep headers kept with the message, on top of the usual ones
 * @param accept headers that expressions may see; an asterisk for all that are not reserved
 * @param largest the largest document in bytes
 * @param replyTo where replies may go; an asterisk at the end for any rest, {@code {sender}} for
 *     whoever asks
 */
record Documents(List<String> keep, List<String> accept, int largest, List<String> replyTo) {

  /** Where nobody may ask for replies. */
  Documents(List<String> keep, List<String> accept, int largest) {
    this(keep, accept, largest, List.of());
  }

  /** Longer header values are no identification but baggage; they are left out. */
  private static final int LONGEST_HEADER = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
  private static final String ALL = "*";
  private static final char DELETE = 0x7F;

  /** Reads a document on its way into {@code waybill:submit}. */
  Submission read(Exchange exchange, WaybillEndpoint endpoint)
      throws IOException, InvalidPayloadException {
    byte[] body = body(exchange.getMessage());
    return submission(exchange, endpoint, body, tooLarge(body));
  }

  /** What holds for each document of a large body that is split. */
  Submission readWhole(Exchange exchange, WaybillEndpoint endpoint) {
    return submission(exchange, endpoint, new byte[0], null);
  }

  /**
   * A document whose route failed before it reached the journal.
   *
   * @param body its bytes, or what stands for them where they are kept elsewhere
   */
  Submission failed(Exchange exchange, byte[] body, Failure failure) {
    return submission(exchange, null, body, failure);
  }

  private @Nullable Failure tooLarge(byte[] body) {
    return body.length <= largest
        ? null
        : new Failure(
            Reason.TOO_LARGE,
            "The document has %,d bytes; at most %,d are processed. Send it in parts, or raise"
                    .formatted(body.length, largest)
                + " waybill.max-body");
  }

  private Submission submission(
      Exchange exchange,
      @Nullable WaybillEndpoint endpoint,
      byte[] body,
      @Nullable Failure failure) {
    Message message = exchange.getMessage();
    String source = source(exchange, endpoint == null ? null : endpoint.getSource());
    Map<String, String> kept = kept(message);
    Payload payload = new Payload(body, header(message, Exchange.CONTENT_TYPE), kept);
    String operation = endpoint == null ? null : endpoint.getOperation();
    String sender = sender(exchange, endpoint == null ? null : endpoint.getSender(), source);
    return new Submission(
        payload,
        sender,
        source,
        operation != null ? operation : header(message, WaybillHeaders.OPERATION),
        endpoint == null ? java.util.Set.of() : endpoint.allowedOperations(),
        messageId(message),
        seen(message, kept),
        failure,
        replyTo(message, sender));
  }

  /** Null where the sender asks for no reply, or where it may not be sent. */
  private @Nullable ReplyTo replyTo(Message message, String sender) {
    String address = header(message, WaybillHeaders.REPLY_TO);
    if (address == null) {
      return null;
    }
    boolean allowed =
        replyTo.stream()
            .map(pattern -> pattern.replace("{sender}", sender))
            .anyMatch(
                pattern ->
                    pattern.endsWith("*")
                        ? address.startsWith(pattern.substring(0, pattern.length() - 1))
                        : address.equals(pattern));
    if (!allowed) {
      LOG.warn(
          "'{}' asks for a reply at '{}', which waybill.jms.reply-to does not list; none is sent",
          sender,
          address);
      return null;
    }
    return new ReplyTo(
        address,
        header(message, WaybillHeaders.REPLY_CORRELATION),
        header(message, WaybillHeaders.REPLY_REQUEST));
  }

  /**
   * The bytes as received. What is not at hand as a whole is read up to the limit and no further.
   */
  private byte[] body(Message message) throws IOException, InvalidPayloadException {
    Object body = message.getBody();
    if (body == null) {
      return new byte[0];
    }
    if (body instanceof byte[] bytes) {
      return bytes;
    }
    if (body instanceof CharSequence text) {
      return text.toString().getBytes(charset(message));
    }
    try (InputStream stream = message.getMandatoryBody(InputStream.class)) {
      byte[] bytes = stream.readNBytes(largest + 1);
      if (bytes.length > largest) {
        throw new DocumentTooLarge(largest);
      }
      return bytes;
    } finally {
      if (body instanceof StreamCache cache) {
        cache.reset();
      }
    }
  }

  private static Charset charset(Message message) {
    String name = ExchangeHelper.getCharsetName(message.getExchange(), false);
    String contentType = header(message, Exchange.CONTENT_TYPE);
    if (name == null && contentType != null) {
      String after = StringHelper.after(contentType.toLowerCase(Locale.ROOT), "charset=");
      name = after == null ? null : after.split(";")[0].replace("\"", "").trim();
    }
    try {
      return name == null || name.isEmpty() ? StandardCharsets.UTF_8 : Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8; // what a sender claims never keeps its document out
    }
  }

  private static @Nullable String messageId(Message message) {
    String given = header(message, WaybillHeaders.MESSAGE_ID);
    if (given != null) {
      return given;
    }
    String key = header(message, WireNames.IDEMPOTENCY_KEY);
    return key != null && key.length() > 1 && key.startsWith("\"") && key.endsWith("\"")
        ? key.substring(1, key.length() - 1)
        : key;
  }

  /** Who sends by that endpoint. */
  static String sender(Exchange exchange, WaybillEndpoint endpoint) {
    return sender(exchange, endpoint.getSender(), source(exchange, endpoint.getSource()));
  }

  private static String sender(Exchange exchange, @Nullable String declared, String source) {
    Message message = exchange.getMessage();
    String sender = null;
    if (declared != null) {
      sender = declared.contains("${") ? evaluate(exchange, declared) : declared;
    }
    if (sender == null || sender.isBlank()) {
      sender = header(message, WaybillHeaders.SENDER);
    }
    // A file's source names the file: as a sender it would make every name a world of its own.
    return sender != null && !sender.isBlank()
        ? sender.trim()
        : source.startsWith("file:") ? "file" : source;
  }

  private static @Nullable String evaluate(Exchange exchange, String simple) {
    Expression expression =
        exchange.getContext().resolveLanguage("simple").createExpression(simple);
    expression.init(exchange.getContext());
    return expression.evaluate(exchange, String.class);
  }

  private static String source(Exchange exchange, @Nullable String declared) {
    String source =
        declared != null ? declared : header(exchange.getMessage(), WaybillHeaders.SOURCE);
    if (source == null) {
      source = derivedSource(exchange);
    }
    return plain(source) ? source : source.replaceAll("\\p{Cntrl}", "?");
  }

  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) == DELETE) {
        return false;
      }
    }
    return true;
  }

  private static String derivedSource(Exchange exchange) {
    String file = header(exchange.getMessage(), Exchange.FILE_NAME_ONLY);
    Endpoint from = exchange.getFromEndpoint();
    if (file != null) {
      return "file:" + file;
    }
    if (from == null) {
      return "camel";
    }
    String uri = URISupport.stripQuery(URISupport.sanitizeUri(from.getEndpointUri()));
    return uri.replaceFirst(":(//)?(queue:)?", ":");
  }

  /** The headers kept with the message. */
  private Map<String, String> kept(Message message) {
    Map<String, String> kept = new LinkedHashMap<>();
    put(kept, "file-name", header(message, Exchange.FILE_NAME_ONLY));
    String correlation = header(message, WaybillHeaders.CORRELATION_ID);
    if (correlation == null) {
      correlation = header(message, "JMSCorrelationID");
    }
    put(kept, "correlation-id", correlation);
    kept.putAll(
        TraceContext.valid(
            header(message, TraceContext.PARENT), header(message, TraceContext.STATE)));
    for (String name : keep) {
      if (!WireNames.RESERVED.test(name) && !TraceContext.isName(name)) {
        put(kept, name, header(message, name));
      }
    }
    return kept;
  }

  /** The headers that expressions see. */
  private Map<String, String> seen(Message message, Map<String, String> kept) {
    Map<String, String> seen = new LinkedHashMap<>(kept);
    for (String name : message.getHeaders().keySet()) {
      if (!WireNames.RESERVED.test(name) && !TraceContext.isName(name) && accepted(name)) {
        put(seen, name, header(message, name));
      }
    }
    return seen;
  }

  private boolean accepted(String name) {
    for (String one : accept) {
      if (one.equals(ALL) || one.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private static @Nullable String header(Message message, String name) {
    Object value = message.getHeader(name);
    if (!(value instanceof CharSequence || value instanceof Number || value instanceof Boolean)) {
      return null;
    }
    String text = value.toString().replace('\0', '\uFFFD');
    return text.isEmpty() || text.length() > LONGEST_HEADER ? null : text;
  }
}
