package io.waybill.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What messages of one kind ask for.
 *
 * @param name e.g. {@code CreateOrder}
 * @param match all of these have to hold for a document that does not say its operation; empty
 *     where it always has to be named
 * @param values expressions named once and used by {@code value:}
 * @param id yields the sender's unique work item id; null where its transport carries it
 * @param businessId yields e.g. the purchase order's number
 * @param post where its messages go, in the order in which it is tried
 * @param onFailure what a failed one does to its lanes
 */
public record Operation(
    String name,
    List<Condition> match,
    Map<String, Expression> values,
    @Nullable Expression id,
    @Nullable Expression businessId,
    List<Route> post,
    OnFailure onFailure) {

  /** An operation with all it says. */
  public Operation {
    match = List.copyOf(match);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    post = List.copyOf(post);
  }

  /** An operation that is always named, and whose messages are routed elsewhere. */
  public Operation(String name, OnFailure onFailure) {
    this(name, List.of(), Map.of(), null, null, List.of(), onFailure);
  }
}
