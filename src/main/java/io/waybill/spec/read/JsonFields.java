package io.waybill.spec.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON fields that a specification asks for. All of them are found in one pass over a document,
 * without a tree of it; the pass also checks that the document is well-formed to its end.
 *
 * <p>Strict: UTF-8 only, no name twice in an object, nothing after the document.
 */
final class JsonFields {

  static final int DEEPEST = 200;

  private static final Pattern SYNTAX = Pattern.compile("(/([^~/]|~[01])*)*");
  private static final Pattern SOURCE =
      Pattern.compile("\\s*\\(start marker at [^)]*\\)|\\[Source:[^]]*]");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(1_000)
                  .maxStringLength(Integer.MAX_VALUE) // the body's size is limited before
                  .build())
          .build();

  /** One name on the way to wanted fields. */
  private static final class Step {
    private final Map<String, Step> next = new HashMap<>();
    private int slot = -1;
  }

  private final Step root = new Step();
  private int slots;

  /** What is wrong with a pointer; null where it is a JSON Pointer. */
  static @Nullable String fault(String pointer) {
    if (SYNTAX.matcher(pointer).matches()) {
      return pointer.endsWith("/-") ? "'-' points behind the last element" : null;
    }
    return pointer.startsWith("/")
        ? "'~' is not followed by 0 or 1"
        : "a JSON Pointer begins with '/'";
  }

  /** Asks for a field; its number in what a scan finds. */
  int ask(String pointer) {
    Step step = root;
    if (!pointer.isEmpty()) {
      for (String name : pointer.substring(1).split("/", -1)) {
        String key = name.replace("~1", "/").replace("~0", "~");
        step = step.next.computeIfAbsent(key, any -> new Step());
      }
    }
    if (step.slot < 0) {
      step.slot = slots++;
    }
    return step.slot;
  }

  /** Finds all fields asked for. */
  Found[] scan(byte[] body) throws Broken {
    Found[] found = new Found[slots];
    Arrays.fill(found, Found.MISSING);
    try (JsonParser parser = parser(body)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new Broken("the document is empty: it has nothing but white space");
      }
      value(parser, first, root, found);
      if (parser.nextToken() != null) {
        throw new Broken(
            "not well-formed JSON%s: something follows the end of the document"
                .formatted(at(parser.currentTokenLocation())));
      }
    } catch (JsonProcessingException e) {
      throw new Broken(
          "not well-formed JSON%s: %s"
              .formatted(
                  at(e.getLocation()),
                  SOURCE.matcher(e.getOriginalMessage()).replaceAll("").strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory does not fail", e);
    }
    return found;
  }

  /** From the bytes where they cannot but be UTF-8, which is quicker. */
  private static JsonParser parser(byte[] body) throws Broken, IOException {
    if (ascii(body)) {
      return JSON.createParser(body);
    }
    CharBuffer text = decoded(body);
    return JSON.createParser(text.array(), text.arrayOffset() + text.position(), text.remaining());
  }

  private static boolean ascii(byte[] body) {
    int any = 0;
    for (byte b : body) {
      any |= b | (b - 1); // below zero also for a zero, as other encodings have
    }
    return any >= 0;
  }

  private void value(JsonParser parser, JsonToken token, @Nullable Step step, Found[] found)
      throws IOException {
    if (step != null && step.slot >= 0) {
      found[step.slot] = worth(parser, token);
    }
    if (step == null || step.next.isEmpty()) {
      parser.skipChildren();
    } else if (token == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        Step next = step.next.get(parser.currentName());
        value(parser, parser.nextToken(), next, found);
      }
    } else if (token == JsonToken.START_ARRAY) {
      int index = 0;
      for (JsonToken item = parser.nextToken();
          item != JsonToken.END_ARRAY;
          item = parser.nextToken()) {
        value(parser, item, step.next.get(Integer.toString(index++)), found);
      }
    }
  }

  private static Found worth(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> new Found.Unusable("it is an object, not a text or a number");
      case START_ARRAY -> new Found.Unusable("it is an array, not a text or a number");
      case VALUE_NULL -> Found.NULL;
      // Numbers as they are written: nothing is rounded, and 1.0 stays 1.0.
      default -> Found.of(parser.getText());
    };
  }

  private static CharBuffer decoded(byte[] body) throws Broken {
    boolean mark =
        body.length >= 3
            && body[0] == (byte) 0xEF
            && body[1] == (byte) 0xBB
            && body[2] == (byte) 0xBF;
    ByteBuffer bytes = ByteBuffer.wrap(body);
    bytes.position(mark ? 3 : 0);
    CharBuffer chars = CharBuffer.allocate(body.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(bytes, chars, true);
    chars.flip();
    if (result.isError()) {
      throw new Broken(
          "not UTF-8, as JSON has to be: %s is no character"
              .formatted(describe(body[bytes.position()], chars)));
    }
    return chars;
  }

  private static String describe(byte offending, CharSequence before) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < before.length(); i++) {
      if (before.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return "byte 0x%02X at line %d, column %d".formatted(offending, line, column);
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
