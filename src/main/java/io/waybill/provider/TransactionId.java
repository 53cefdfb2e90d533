package io.waybill.provider;

import java.util.regex.Pattern;

/** Names a transaction: what {@code Waybill-Transaction} says. */
public record TransactionId(String text) {

  private static final Pattern FORM = Pattern.compile("[0-9A-Za-z._~-]{1,120}");

  public TransactionId {
    if (!FORM.matcher(text).matches() || text.equals(Predecessor.NONE)) {
      throw new IllegalArgumentException(
          "'%s' is not a transaction; write 1 to 120 letters, digits, '.', '_', '~' or '-'"
              .formatted(text));
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
