package io.waybill.spec;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole specification, validated.
 *
 * @param destinations by name
 * @param operations by name, in the order in which they are written
 * @param sequencing which operations keep order, and by which keys
 * @param nameSpaces the name spaces of XML by the prefix that expressions use
 * @param links by name
 */
public record Specification(
    Map<String, Destination> destinations,
    Map<String, Operation> operations,
    Sequencing sequencing,
    Map<String, String> nameSpaces,
    Map<String, Link> links) {

  /** The specification of these. */
  public Specification {
    destinations = inOrder(destinations);
    operations = inOrder(operations);
    nameSpaces = inOrder(nameSpaces);
    links = inOrder(links);
  }

  /** A specification without order. */
  public Specification(Map<String, Destination> destinations, Map<String, Operation> operations) {
    this(destinations, operations, Sequencing.NONE, Map.of(), Map.of());
  }

  private static <V> Map<String, V> inOrder(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** The destination of that name, or null. */
  public @Nullable Destination destination(@Nullable String name) {
    return name == null ? null : destinations.get(name);
  }

  /** What a failed message of that operation does to its lanes. */
  public OnFailure onFailure(String operation) {
    Operation known = operations.get(operation);
    return known == null ? OnFailure.HOLD : known.onFailure();
  }

  /** All lock name spaces, sorted. */
  public Set<String> lockNameSpaces() {
    return sequencing.lockNameSpaces();
  }

  /** The partition of a message in these lanes; see {@link Sequencing#partition}. */
  public int partition(List<LaneName> lanes, MessageKey key, int partitions) {
    return sequencing.partition(lanes, key, partitions);
  }
}
