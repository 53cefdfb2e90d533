package io.waybill.camel;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.waybill.message.Outcome;
import io.waybill.message.Reply;
import io.waybill.spec.ReplyTerms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/**
 * Takes the reply from the end of a posting route: body, content type, code and the headers that
 * the operation lists. The effect has happened by then, so that nothing here may make a posting
 * fail: where the answer cannot be kept, a problem that says so is the reply.
 *
 * @param terms of the operation
 * @param largest the largest body that is kept, in bytes
 */
record RouteReply(ReplyTerms terms, int largest) {

  private static final int OK = 200;
  private static final int LEAST = 200;
  private static final int LEAST_REFUSAL = 400;
  private static final int MOST = 599;
  private static final int UNPROCESSABLE = 422;
  private static final int BAD_GATEWAY = 502;
  private static final int LONGEST_HEADER = 4096;
  private static final int LONGEST_ID = 200;
  private static final String JMS_MESSAGE_ID = "JMSMessageID";
  private static final String PROBLEM = "application/problem+json";

  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[!-~&&[^/;,\"]]{1,100}/[!-~&&[^/;,\"]]{1,100}(;[ -~]{0,200})?");

  /** The outcome with the answer that belongs to it. */
  Outcome with(Outcome outcome, Exchange exchange) {
    if (outcome instanceof Outcome.Posted posted && exchange.getException() == null) {
      return new Outcome.Posted(posted.detail(), answer(exchange));
    }
    if (outcome instanceof Outcome.Refused refused && terms.givesRefusals()) {
      return new Outcome.Refused(refused.reason(), refused.detail(), refusal(exchange, refused));
    }
    return outcome;
  }

  private Reply answer(Exchange exchange) {
    Message message = exchange.getMessage();
    byte[] body;
    try {
      body = body(exchange, message);
    } catch (IOException | RuntimeException e) {
      return lost("The destination's answer could not be read: " + e);
    }
    if (body == null) {
      return lost(
          "The route ended with a body that is neither bytes nor text (%s); marshal it at its end"
              .formatted(message.getBody().getClass().getName()));
    }
    if (body.length > largest) {
      return lost(
          "The destination's answer has more than %,d bytes; raise waybill.max-reply"
              .formatted(largest));
    }
    return new Reply(
        code(message.getHeader(Exchange.HTTP_RESPONSE_CODE), LEAST, OK),
        mediaType(message.getHeader(Exchange.CONTENT_TYPE, String.class)),
        headers(message),
        body,
        id(message));
  }

  private static @Nullable String id(Message message) {
    String said = message.getHeader(WaybillHeaders.ANSWER_ID, String.class);
    String id = said == null ? message.getHeader(JMS_MESSAGE_ID, String.class) : said;
    return id == null || id.isBlank() || id.length() > LONGEST_ID ? null : id;
  }

  /** Null where it is neither bytes nor text. */
  private byte @Nullable [] body(Exchange exchange, Message message) throws IOException {
    Object body = message.getBody();
    if (body == null) {
      return new byte[0];
    }
    if (body instanceof byte[] bytes) {
      return bytes;
    }
    if (body instanceof CharSequence || body instanceof Number || body instanceof Boolean) {
      String charset = ExchangeHelper.getCharsetName(exchange, false);
      return body.toString()
          .getBytes(
              charset == null ? StandardCharsets.UTF_8 : java.nio.charset.Charset.forName(charset));
    }
    InputStream converted =
        exchange.getContext().getTypeConverter().tryConvertTo(InputStream.class, exchange, body);
    if (converted == null) {
      return null;
    }
    try (InputStream stream = converted) {
      return stream.readNBytes(largest + 1);
    } finally {
      if (body instanceof StreamCache cache) {
        cache.reset();
      }
    }
  }

  private Map<String, String> headers(Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : terms.headers()) {
      String value = message.getHeader(name, String.class);
      if (value != null && value.length() <= LONGEST_HEADER) {
        headers.put(name, value.replaceAll("[^\\x20-\\x7e]", "?"));
      }
    }
    return headers;
  }

  private static int code(@Nullable Object given, int least, int other) {
    try {
      int code = given == null ? other : Integer.parseInt(given.toString().trim());
      return code >= least && code <= MOST ? code : other;
    } catch (NumberFormatException e) {
      return other;
    }
  }

  private static @Nullable String mediaType(@Nullable String given) {
    return given != null && MEDIA_TYPE.matcher(given).matches() ? given : null;
  }

  private Reply refusal(Exchange exchange, Outcome.Refused refused) {
    HttpOperationFailedException http = exchange.getException(HttpOperationFailedException.class);
    String body = http == null ? null : http.getResponseBody();
    if (http == null || body == null || body.length() > largest) {
      Object code = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE);
      return problem(
          http == null
              ? code(code, LEAST_REFUSAL, UNPROCESSABLE)
              : code(http.getStatusCode(), LEAST_REFUSAL, UNPROCESSABLE),
          "refused",
          "The destination refused the document",
          refused.detail());
    }
    String contentType = null;
    Map<String, String> headers = new LinkedHashMap<>();
    if (http.getResponseHeaders() != null) {
      for (Map.Entry<String, String> header : http.getResponseHeaders().entrySet()) {
        if (Exchange.CONTENT_TYPE.equalsIgnoreCase(header.getKey())) {
          contentType = mediaType(header.getValue());
        }
        for (String listed : terms.headers()) {
          if (listed.equalsIgnoreCase(header.getKey()) && header.getValue() != null) {
            headers.put(listed, header.getValue().replaceAll("[^\\x20-\\x7e]", "?"));
          }
        }
      }
    }
    return new Reply(
        code(http.getStatusCode(), LEAST_REFUSAL, UNPROCESSABLE),
        contentType,
        headers,
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Reply lost(String detail) {
    return problem(
        BAD_GATEWAY,
        "reply-lost",
        "Posted, but the destination's answer could not be kept",
        detail + ". The message is posted; it is not to be sent again.");
  }

  private static Reply problem(int code, String type, String title, String detail) {
    String json =
        "{\"type\":\"/problems/%s\",\"title\":%s,\"status\":%d,\"detail\":%s}"
            .formatted(type, quoted(title), code, quoted(detail));
    return new Reply(code, PROBLEM, Map.of(), json.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
