package io.waybill.spec.load;

import io.waybill.spec.Condition;
import io.waybill.spec.Nearest;
import io.waybill.spec.OnFailure;
import io.waybill.spec.ProcessStep;
import io.waybill.spec.Steps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code steps} and {@code hold-lane-until} of an operation. */
final class StepsSection {

  private static final Set<String> YES_NO = Set.of("true", "false");

  private final Expressions expressions;
  private final Set<String> destinations;
  private final Values values;
  private final Problems problems;

  StepsSection(
      Expressions expressions, Set<String> destinations, Values values, Problems problems) {
    this.expressions = expressions;
    this.destinations = destinations;
    this.values = values;
    this.problems = problems;
  }

  /** The steps; null where the operation has none. */
  @Nullable Steps steps(Fields operation, OnFailure onFailure) {
    String owner = operation.owner();
    Node node = operation.take("steps");
    Node until = operation.take("hold-lane-until");
    if (node == null) {
      if (until != null) {
        problems.error(
            until.at(), "hold-lane-until of %s says until which step; write steps too", owner);
      }
      return null;
    }
    if (!(node instanceof Node.Listed list)) {
      problems.error(node.at(), "steps of %s is a list, not %s", owner, node.kind());
      return null;
    }
    if (operation.has("post")) {
      problems.error(
          node.at(), "%s has both post and steps; write where it goes in one of them", owner);
    }
    List<ProcessStep> all = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Node item : list.items()) {
      ProcessStep step = step(item, owner, onFailure);
      if (step != null && !names.add(step.name())) {
        problems.error(
            item.at(), "%s has two steps named %s; write another name", owner, step.name());
      } else if (step != null) {
        all.add(step);
      }
    }
    if (list.items().isEmpty()) {
      problems.error(node.at(), "%s has no step; write [ { name: ..., post: ... } ]", owner);
    }
    return new Steps(all, until == null ? null : until(until, owner, all));
  }

  private @Nullable ProcessStep step(Node item, String owner, OnFailure onFailure) {
    Node.Table table = values.table(item, "an entry under steps of " + owner);
    if (table == null) {
      return null;
    }
    Fields fields = new Fields(table, "a step of " + owner, problems);
    String name = required(fields, "name", item);
    Node post = fields.take("post");
    String to = post == null ? null : destination(post, owner);
    if (post == null && !fields.has("post")) {
      problems.error(item.at(), "a step of %s has no post; write post: DESTINATION", owner);
    }
    List<Condition> when =
        expressions.conditions(fields.take("when"), "when under steps of " + owner);
    boolean cancel = cancel(fields, onFailure == OnFailure.COMPENSATE);
    fields.done();
    return name == null || to == null ? null : new ProcessStep(name, to, when, cancel);
  }

  private @Nullable String required(Fields fields, String key, Node item) {
    Node node = fields.take(key);
    if (node == null) {
      if (!fields.has(key)) {
        problems.error(item.at(), "%s has no %s; write one", fields.owner(), key);
      }
      return null;
    }
    return values.name(node, key + " of " + fields.owner());
  }

  private @Nullable String destination(Node node, String owner) {
    String name = values.text(node, "post of a step of " + owner);
    if (name != null && !destinations.contains(name)) {
      problems.error(
          node.at(),
          "a step of %s posts to '%s', which is no destination; write %s",
          owner,
          name,
          Nearest.to(name, destinations)
              .orElse(
                  destinations.isEmpty()
                      ? "it under waybill.destinations"
                      : "one of: " + String.join(", ", destinations)));
    }
    return name;
  }

  private boolean cancel(Fields fields, boolean usual) {
    Node node = fields.take("cancel");
    String text = node == null ? null : values.text(node, "cancel of " + fields.owner());
    if (node == null || text == null) {
      return usual;
    }
    if (!YES_NO.contains(text)) {
      problems.error(node.at(), "cancel of %s is '%s'; write true or false", fields.owner(), text);
    }
    return text.equals("true");
  }

  private @Nullable String until(Node node, String owner, List<ProcessStep> all) {
    String name = values.text(node, "hold-lane-until of " + owner);
    List<String> later = all.stream().skip(1).map(ProcessStep::name).toList();
    if (name != null && !later.contains(name)) {
      problems.error(
          node.at(),
          "hold-lane-until of %s is '%s'; write a step after the first: %s",
          owner,
          name,
          String.join(", ", later));
      return null;
    }
    return name;
  }
}
