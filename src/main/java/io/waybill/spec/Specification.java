package io.waybill.spec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole specification, validated.
 *
 * @param destinations by name
 * @param operations by name
 */
public record Specification(
    Map<String, Destination> destinations, Map<String, Operation> operations) {

  /** The destination of that name, or null. */
  public @Nullable Destination destination(@Nullable String name) {
    return name == null ? null : destinations.get(name);
  }

  /** What a failed message of that operation does to its lanes. */
  public OnFailure onFailure(String operation) {
    Operation known = operations.get(operation);
    return known == null ? OnFailure.HOLD : known.onFailure();
  }
}
