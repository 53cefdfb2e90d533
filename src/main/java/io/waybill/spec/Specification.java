package io.waybill.spec;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.PostedAs;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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

  /** What is kept of what the destinations of that operation answer; null for nothing. */
  public @Nullable ReplyTerms replyTerms(String operation) {
    Operation known = operations.get(operation);
    return known == null ? null : known.reply();
  }

  /** Under what posted messages have to be remembered, because others may require them. */
  public Set<PostedAs.Kind> required() {
    Set<PostedAs.Kind> kinds = new LinkedHashSet<>();
    for (Operation operation : operations.values()) {
      for (Requirement requirement : operation.requires()) {
        if (requirement instanceof Requirement.Posted posted) {
          posted
              .found()
              .forEach(under -> kinds.add(new PostedAs.Kind(posted.operation(), under.by())));
        }
      }
      operation
          .announces()
          .forEach(
              announcement ->
                  kinds.add(new PostedAs.Kind(announcement.operation(), PostedAs.By.FIELD)));
    }
    return kinds;
  }

  /** How long ids are known, of the operations that declare it; those of others are for ever. */
  public Map<String, Duration> remembered() {
    Map<String, Duration> remembered = new LinkedHashMap<>();
    operations.forEach(
        (name, operation) -> {
          if (operation.remember() != null) {
            remembered.put(name, operation.remember());
          }
        });
    return remembered;
  }

  /** All lock name spaces, sorted. */
  public Set<String> lockNameSpaces() {
    return sequencing.lockNameSpaces();
  }

  /** The partition of a message in these lanes; see {@link Sequencing#partition}. */
  public int partition(List<LaneName> lanes, MessageKey key, int partitions) {
    return sequencing.partition(lanes, key, partitions);
  }

  /**
   * The headers that its expressions name. Only these, and the few that every document keeps, are
   * taken from outside; they are kept with a document, so that it can be read again.
   */
  public Set<String> headerNames() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Operation operation : operations.values()) {
      Stream.concat(
              operation.match().stream(),
              Stream.concat(
                  operation.ways(),
                  operation.links().stream().flatMap(link -> link.when().stream())))
          .map(Specification::expression)
          .forEach(expression -> addHeaders(expression, names));
      operation.values().values().forEach(expression -> addHeaders(expression, names));
      addHeaders(operation.id(), names);
      addHeaders(operation.businessId(), names);
      operation.requires().forEach(requirement -> addHeaders(requirement, names));
      operation.announces().forEach(announcement -> addHeaders(announcement.key(), names));
    }
    sequencing.keys().forEach(expression -> addHeaders(expression, names));
    return names;
  }

  private static @Nullable Expression expression(Condition condition) {
    if (condition instanceof Condition.Equal equal) {
      return equal.expression();
    }
    return condition instanceof Condition.Present present ? present.expression() : null;
  }

  private static void addHeaders(Requirement requirement, Set<String> names) {
    if (requirement instanceof Requirement.Posted posted) {
      posted.found().forEach(under -> addHeaders(under.value(), names));
    } else if (requirement instanceof Requirement.Field field) {
      addHeaders(expression(field.condition()), names);
    }
  }

  private static void addHeaders(@Nullable Expression expression, Set<String> names) {
    if (expression instanceof Expression.Header header) {
      names.add(header.name());
    } else if (expression instanceof Expression.Joined joined) {
      joined.parts().forEach(part -> addHeaders(part, names));
    }
  }
}
