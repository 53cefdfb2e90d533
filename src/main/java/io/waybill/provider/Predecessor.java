package io.waybill.provider;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A lane, and the transaction that has to be completed there before this one.
 *
 * @param transaction the last one of the lane that this provider performed and that is not
 *     cancelled; null where there is none
 */
public record Predecessor(String lane, @Nullable TransactionId transaction) {

  static final String NONE = "none";

  private static final int LONGEST_LANE = 400;
  private static final Pattern ITEM = Pattern.compile("([0-9A-Za-z._~%-]+)=([0-9A-Za-z._~-]+)");
  private static final Pattern ENCODED = Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})+");

  public Predecessor {
    if (lane.isEmpty() || lane.length() > LONGEST_LANE || lane.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the name of a lane has 1 to %d characters and no U+0000".formatted(LONGEST_LANE));
    }
  }

  /** Reads {@code cust%3A4711=ID, item%3A7=none}. Without a header there are no lanes. */
  public static List<Predecessor> read(@Nullable String header) {
    List<Predecessor> predecessors = new ArrayList<>();
    if (header == null || header.isBlank()) {
      return predecessors;
    }
    Set<String> lanes = new HashSet<>();
    for (String item : header.split(",", -1)) {
      Matcher parts = ITEM.matcher(item.strip());
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "'%s' is not a predecessor; write LANE=TRANSACTION or LANE=none, the lane percent-encoded"
                .formatted(item.strip()));
      }
      String lane = decoded(parts.group(1));
      if (!lanes.add(lane)) {
        throw new IllegalArgumentException("lane '%s' is there twice".formatted(lane));
      }
      String transaction = parts.group(2);
      predecessors.add(
          new Predecessor(lane, transaction.equals(NONE) ? null : new TransactionId(transaction)));
    }
    return predecessors;
  }

  /** What {@link #read} reads. */
  public static String write(Collection<Predecessor> predecessors) {
    return predecessors.stream().map(Predecessor::toString).collect(Collectors.joining(", "));
  }

  /** One item of the header. */
  @Override
  public String toString() {
    return encoded(lane) + "=" + (transaction == null ? NONE : transaction);
  }

  private static String encoded(String lane) {
    return URLEncoder.encode(lane, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String decoded(String text) {
    if (!ENCODED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not percent-encoded; write %% and two hexadecimal digits".formatted(text));
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == '%') {
        bytes.put((byte) Integer.parseInt(text.substring(at + 1, at + 3), 16));
        at += 2;
      } else {
        bytes.put((byte) text.charAt(at));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' is not UTF-8".formatted(text), e);
    }
  }
}
