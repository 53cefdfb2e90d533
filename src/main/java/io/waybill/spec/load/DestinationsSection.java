package io.waybill.spec.load;

import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Link;
import io.waybill.spec.Nearest;
import io.waybill.spec.Place;
import io.waybill.spec.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code waybill.destinations} and {@code waybill.links}. */
final class DestinationsSection {

  private static final Duration LATE = Duration.ofMinutes(5);
  private static final int IN_FLIGHT = 64;
  private static final int MOST_IN_FLIGHT = 100_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);
  private static final Pattern FAILURE =
      Pattern.compile("[1-5][0-9][0-9]|[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*");

  private final Problems problems;
  private final Values values;

  DestinationsSection(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** The links by name. */
  Map<String, Link> links(@Nullable Node section) {
    Map<String, Link> links = new LinkedHashMap<>();
    Node.Table table = values.table(section, "waybill.links");
    if (table != null) {
      table.entries().forEach((name, entry) -> links.put(name, link(name, entry)));
    }
    return links;
  }

  private Link link(String name, Node.Entry entry) {
    values.isName(name, entry.at(), "the name of a link");
    Node.Table table =
        entry.value() instanceof Node.Nothing ? null : values.table(entry.value(), "link " + name);
    Fields fields =
        new Fields(table == null ? new Node.Table(entry.at()) : table, "link " + name, problems);
    Link link =
        new Link(
            name,
            values.positive(fields.take("every"), "every of link " + name, PROBE_EVERY),
            values.positive(fields.take("timeout"), "timeout of link " + name, PROBE_TIMEOUT));
    fields.done();
    return link;
  }

  /** The destinations by name. */
  Map<String, Destination> destinations(@Nullable Node section, Set<String> links) {
    Map<String, Destination> destinations = new LinkedHashMap<>();
    Node.Table all = values.table(section, "waybill.destinations");
    if (all != null) {
      all.entries()
          .forEach(
              (name, entry) -> {
                values.isName(name, entry.at(), "the name of a destination");
                destinations.put(name, destination(name, entry, links));
              });
    }
    return destinations;
  }

  private Destination destination(String name, Node.Entry entry, Set<String> links) {
    String owner = "destination " + name;
    Node.Table given =
        entry.value() instanceof Node.Nothing ? null : values.table(entry.value(), owner);
    Fields fields = new Fields(given == null ? new Node.Table(entry.at()) : given, owner, problems);
    Long inFlight = values.count(fields.take("in-flight"), "in-flight of " + owner, MOST_IN_FLIGHT);
    Duration late = values.duration(fields.take("late"), "late of " + owner);
    Destination destination =
        new Destination(
            name,
            delivery(fields, entry.at()),
            remembers(fields),
            late == null ? LATE : late,
            inFlight == null ? IN_FLIGHT : inFlight.intValue(),
            values.positive(fields.take("timeout"), "timeout of " + owner, TIMEOUT),
            linksOf(fields, links),
            retry(fields),
            classify(fields),
            reports(fields));
    fields.done();
    if (destination.reports() != null && destination.delivery() == DeliveryClass.TRANSACTIONAL) {
      problems.error(
          fields.at(),
          "%s is transactional, so its effect is there when the posting ends; remove reports",
          owner);
    }
    return destination;
  }

  private @Nullable Duration reports(Fields outer) {
    String owner = "reports of " + outer.owner();
    Node.Table table = values.table(outer.take("reports"), owner);
    if (table == null) {
      return null;
    }
    Fields fields = new Fields(table, owner, problems);
    Duration within = values.positiveOrNone(fields.take("within"), "within of " + owner);
    if (within == null && !fields.has("within")) {
      problems.error(fields.at(), "%s has no within; write e.g. within: 5d", owner);
    }
    fields.done();
    return within;
  }

  private DeliveryClass delivery(Fields fields, Place at) {
    List<String> names =
        Arrays.stream(DeliveryClass.values()).map(DeliveryClass::specName).toList();
    Node node = fields.take("delivery");
    if (node == null) {
      if (!fields.has("delivery")) {
        problems.error(
            at,
            "%s has no delivery; write delivery: %s",
            fields.owner(),
            String.join(" | ", names));
      }
      return DeliveryClass.HOLD;
    }
    String text = values.text(node, "delivery of " + fields.owner());
    if (text == null) {
      return DeliveryClass.HOLD;
    }
    if (!names.contains(text)) {
      problems.error(
          node.at(),
          "delivery of %s is '%s'; write %s",
          fields.owner(),
          text,
          Nearest.to(text, names).orElse("one of: " + String.join(", ", names)));
      return DeliveryClass.HOLD;
    }
    return DeliveryClass.values()[names.indexOf(text)];
  }

  private Destination.Remembers remembers(Fields outer) {
    Node node = outer.take("remembers");
    String owner = "remembers of " + outer.owner();
    Node.Table table = values.table(node, owner);
    if (table == null) {
      return Destination.Remembers.ALL;
    }
    Fields fields = new Fields(table, owner, problems);
    Node time = fields.take("time");
    Destination.Remembers remembers =
        new Destination.Remembers(
            time == null ? null : values.positive(time, "time of " + owner, LATE),
            values.count(fields.take("count"), "count of " + owner, Long.MAX_VALUE));
    fields.done();
    return remembers;
  }

  private List<String> linksOf(Fields fields, Set<String> known) {
    List<String> links = new ArrayList<>();
    for (Node.Scalar name : values.texts(fields.take("links"), "links of " + fields.owner())) {
      LinksSection.declared(name, fields.owner(), known, problems);
      links.add(name.text());
    }
    return List.copyOf(links);
  }

  private Retry retry(Fields outer) {
    String owner = "retry of " + outer.owner();
    Node.Table table = values.table(outer.take("retry"), owner);
    if (table == null) {
      return Retry.DEFAULT;
    }
    Fields fields = new Fields(table, owner, problems);
    Retry other = Retry.DEFAULT;
    Duration first = values.positive(fields.take("first"), "first of " + owner, other.first());
    Node most = fields.take("most");
    Duration longest = values.positive(most, "most of " + owner, other.most());
    if (first.compareTo(longest) > 0) {
      if (most != null) {
        problems.error(most.at(), "most of %s is shorter than first; write a longer one", owner);
      }
      longest = first;
    }
    Long attempts =
        values.count(fields.take("attempts"), "attempts of " + owner, Integer.MAX_VALUE);
    Retry retry =
        new Retry(
            first,
            values.number(fields.take("factor"), "factor of " + owner, 1, 100, other.factor()),
            longest,
            values.number(fields.take("jitter"), "jitter of " + owner, 0, 1, other.jitter()),
            attempts == null ? null : attempts.intValue(),
            values.positive(fields.take("expire"), "expire of " + owner, other.expire()));
    fields.done();
    return retry;
  }

  private Destination.Classify classify(Fields outer) {
    String owner = "classify of " + outer.owner();
    Node.Table table = values.table(outer.take("classify"), owner);
    if (table == null) {
      return Destination.Classify.DEFAULT;
    }
    Fields fields = new Fields(table, owner, problems);
    Map<String, String> classes = new HashMap<>();
    Destination.Classify classify =
        new Destination.Classify(
            failures(fields, "permanent", classes),
            failures(fields, "transient", classes),
            failures(fields, "ambiguous", classes),
            failures(fields, "unavailable", classes));
    fields.done();
    return classify;
  }

  private Set<String> failures(Fields fields, String kind, Map<String, String> classes) {
    Set<String> failures = new LinkedHashSet<>();
    String what = kind + " in " + fields.owner();
    for (Node.Scalar failure : values.texts(fields.take(kind), what)) {
      String text = failure.text();
      String earlier = classes.putIfAbsent(text, kind);
      if (!FAILURE.matcher(text).matches()) {
        problems.error(
            failure.at(),
            "%s lists '%s'; write an HTTP status such as 422 or an exception's class name",
            what,
            text);
      } else if (earlier != null) {
        problems.error(
            failure.at(), "%s lists '%s', which is %s already; remove one", what, text, earlier);
      }
      failures.add(text);
    }
    return Set.copyOf(failures);
  }
}
