package io.waybill.message;

/**
 * A lane: messages of it are posted one after the other.
 *
 * @param nameSpace the lock name space of the sequencing group, e.g. {@code cust}
 * @param key the key value taken from the payload, e.g. {@code 4711}
 */
public record LaneName(String nameSpace, String key) implements Comparable<LaneName> {

  /** The form shown everywhere, e.g. {@code cust:4711}. */
  @Override
  public String toString() {
    return nameSpace + ":" + key;
  }

  /** Reads {@code cust:4711}; a lock name space has no colon, a key may. */
  public static LaneName parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "'%s' is not a lane; write LOCK-NAME-SPACE:KEY, e.g. cust:4711".formatted(text));
    }
    return new LaneName(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public int compareTo(LaneName other) {
    int spaces = nameSpace.compareTo(other.nameSpace);
    return spaces != 0 ? spaces : key.compareTo(other.key);
  }
}
