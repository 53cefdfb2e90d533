package io.waybill.spec;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
 * @param requires all of this must be true before a message may be posted
 * @param after messages of these operations in the same lane go first, as long as they are open
 * @param announces what others learn when a message is posted
 * @param links what its messages need beside the links of their destination
 * @param remember how long the ids of its messages are known at least; null for ever
 * @param reply what is kept of what its destination answers; null for nothing
 * @param steps what its messages go through in turn; null where they are posted once
 */
public record Operation(
    String name,
    List<Condition> match,
    Map<String, Expression> values,
    @Nullable Expression id,
    @Nullable Expression businessId,
    List<Route> post,
    OnFailure onFailure,
    List<Requirement> requires,
    Set<String> after,
    List<Announcement> announces,
    List<NeededLink> links,
    @Nullable Duration remember,
    @Nullable ReplyTerms reply,
    @Nullable Steps steps) {

  /** An operation with all it says. */
  public Operation {
    match = List.copyOf(match);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    post = List.copyOf(post);
    requires = List.copyOf(requires);
    after = Collections.unmodifiableSet(new LinkedHashSet<>(after));
    announces = List.copyOf(announces);
    links = List.copyOf(links);
  }

  /** An operation whose ids are known for ever, and of which no reply is kept. */
  public Operation(
      String name,
      List<Condition> match,
      Map<String, Expression> values,
      @Nullable Expression id,
      @Nullable Expression businessId,
      List<Route> post,
      OnFailure onFailure,
      List<Requirement> requires,
      Set<String> after,
      List<Announcement> announces,
      List<NeededLink> links) {
    this(
        name,
        match,
        values,
        id,
        businessId,
        post,
        onFailure,
        requires,
        after,
        announces,
        links,
        null,
        null);
  }

  /** An operation that is always named, and whose messages are routed elsewhere. */
  public Operation(String name, OnFailure onFailure) {
    this(
        name, List.of(), Map.of(), null, null, List.of(), onFailure, List.of(), Set.of(),
        List.of());
  }

  /** An operation whose messages need no links of their own. */
  public Operation(
      String name,
      List<Condition> match,
      Map<String, Expression> values,
      @Nullable Expression id,
      @Nullable Expression businessId,
      List<Route> post,
      OnFailure onFailure,
      List<Requirement> requires,
      Set<String> after,
      List<Announcement> announces) {
    this(
        name,
        match,
        values,
        id,
        businessId,
        post,
        onFailure,
        requires,
        after,
        announces,
        List.of());
  }

  /** An operation whose messages are posted once. */
  public Operation(
      String name,
      List<Condition> match,
      Map<String, Expression> values,
      @Nullable Expression id,
      @Nullable Expression businessId,
      List<Route> post,
      OnFailure onFailure,
      List<Requirement> requires,
      Set<String> after,
      List<Announcement> announces,
      List<NeededLink> links,
      @Nullable Duration remember,
      @Nullable ReplyTerms reply) {
    this(
        name,
        match,
        values,
        id,
        businessId,
        post,
        onFailure,
        requires,
        after,
        announces,
        links,
        remember,
        reply,
        null);
  }

  /** The same, in several steps. */
  public Operation through(Steps process) {
    return new Operation(
        name,
        match,
        values,
        id,
        businessId,
        post,
        onFailure,
        requires,
        after,
        announces,
        links,
        remember,
        reply,
        process);
  }

  /** The conditions that decide where its messages go. */
  public Stream<Condition> ways() {
    return Stream.concat(
        post.stream().flatMap(route -> route.when().stream()),
        steps == null ? Stream.of() : steps.all().stream().flatMap(step -> step.when().stream()));
  }

  /** The same, of which replies are kept. */
  public Operation replying(ReplyTerms terms) {
    return new Operation(
        name,
        match,
        values,
        id,
        businessId,
        post,
        onFailure,
        requires,
        after,
        announces,
        links,
        remember,
        terms,
        steps);
  }
}
