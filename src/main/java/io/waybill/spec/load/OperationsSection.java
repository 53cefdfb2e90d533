package io.waybill.spec.load;

import io.waybill.spec.Condition;
import io.waybill.spec.Expression;
import io.waybill.spec.Nearest;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code waybill.operations}. */
final class OperationsSection {

  private static final Map<String, OnFailure> ON_FAILURE =
      Map.of("hold", OnFailure.HOLD, "go-on", OnFailure.GO_ON, "compensate", OnFailure.COMPENSATE);

  private final Expressions expressions;
  private final Set<String> destinations;
  private final LinksSection links;
  private final Problems problems;
  private final Values values;
  private final StepsSection steps;

  OperationsSection(
      Expressions expressions, Set<String> destinations, Set<String> links, Problems problems) {
    this.expressions = expressions;
    this.destinations = destinations;
    this.links = new LinksSection(expressions, links, problems);
    this.problems = problems;
    this.values = new Values(problems);
    this.steps = new StepsSection(expressions, destinations, values, problems);
  }

  /** The operations by name. */
  Map<String, Operation> operations(@Nullable Node section) {
    Map<String, Operation> operations = new LinkedHashMap<>();
    Node.Table all = values.table(section, "waybill.operations");
    if (all != null) {
      RequirementsSection requirements =
          new RequirementsSection(expressions, all.entries().keySet(), problems);
      all.entries()
          .forEach(
              (name, entry) -> {
                values.isName(name, entry.at(), "the name of an operation");
                operations.put(name, operation(name, entry, requirements));
              });
    }
    return operations;
  }

  private Operation operation(String name, Node.Entry entry, RequirementsSection requirements) {
    String owner = "operation " + name;
    Node.Table given =
        entry.value() instanceof Node.Nothing ? null : values.table(entry.value(), owner);
    Fields fields = new Fields(given == null ? new Node.Table(entry.at()) : given, owner, problems);
    boolean process = fields.has("steps");
    OnFailure onFailure = onFailure(fields, process);
    Operation operation =
        new Operation(
            name,
            expressions.conditions(fields.take("match"), "match of " + owner),
            named(fields),
            expressions.expression(fields.take("id"), "id of " + owner),
            expressions.expression(fields.take("business-id"), "business-id of " + owner),
            post(fields, entry.at(), process),
            onFailure,
            requirements.requires(name, fields.take("requires")),
            requirements.after(name, fields.take("after")),
            requirements.announces(name, fields.take("announces")),
            links.links(fields.take("links"), owner),
            values.positiveOrNone(fields.take("remember"), "remember of " + owner),
            new ReplySection(values, problems).terms(fields),
            steps.steps(fields, onFailure));
    fields.done();
    new ValuesUsed(operation, problems).check();
    return operation;
  }

  private Map<String, Expression> named(Fields outer) {
    Map<String, Expression> named = new LinkedHashMap<>();
    Node.Table table = values.table(outer.take("values"), "values of " + outer.owner());
    if (table != null) {
      table
          .entries()
          .forEach(
              (name, entry) -> {
                String what = "value %s of %s".formatted(name, outer.owner());
                values.isName(name, entry.at(), "the name of a value");
                Expression expression = expressions.expression(entry.value(), what);
                if (expression != null) {
                  named.put(name, expression);
                }
              });
    }
    return named;
  }

  private OnFailure onFailure(Fields fields, boolean process) {
    Node node = fields.take("on-failure");
    String text = node == null ? null : values.text(node, "on-failure of " + fields.owner());
    if (node == null || text == null) {
      return OnFailure.HOLD;
    }
    OnFailure chosen = ON_FAILURE.get(text);
    if (chosen == null) {
      problems.error(
          node.at(),
          "on-failure of %s is '%s'; write hold, go-on or compensate",
          fields.owner(),
          text);
      return OnFailure.HOLD;
    }
    if (chosen == OnFailure.COMPENSATE && !process) {
      problems.error(
          node.at(),
          "on-failure: compensate of %s undoes steps, and it has none; write hold or go-on",
          fields.owner());
    }
    return chosen;
  }

  private List<Route> post(Fields fields, Place at, boolean process) {
    Node node = fields.take("post");
    if (node == null) {
      if (!process && !fields.has("post")) {
        problems.error(at, "%s has no post; write post: DESTINATION", fields.owner());
      }
      return List.of();
    }
    if (!(node instanceof Node.Listed list)) {
      String to = destination(node, fields.owner());
      return to == null ? List.of() : List.of(new Route(List.of(), to));
    }
    return routes(list, fields.owner());
  }

  private List<Route> routes(Node.Listed list, String owner) {
    List<Route> routes = new ArrayList<>();
    boolean always = false;
    for (Node item : list.items()) {
      Node.Table table = values.table(item, "an entry under post of " + owner);
      if (table == null) {
        continue;
      }
      Fields fields = new Fields(table, "post of " + owner, problems);
      List<Condition> when =
          expressions.conditions(fields.take("when"), "when under post of " + owner);
      Node to = fields.take("to");
      String name = to == null ? null : destination(to, owner);
      if (name != null) {
        routes.add(new Route(when, name));
      } else if (!fields.has("to")) {
        problems.error(item.at(), "an entry under post of %s has no to; write one", owner);
      }
      fields.done();
      if (always) {
        problems.error(
            item.at(),
            "this entry under post of %s is never reached: the one before it has no when; move it up",
            owner);
      }
      always |= !fields.has("when");
    }
    if (!always) {
      problems.warn(
          list.at(),
          "messages of %s for which no when holds will fail; write { to: DESTINATION } as the last"
              + " entry",
          owner);
    }
    return routes;
  }

  private @Nullable String destination(Node node, String owner) {
    String name = values.text(node, "post of " + owner);
    if (name != null && !destinations.contains(name)) {
      problems.error(
          node.at(),
          "%s posts to '%s', which is no destination; write %s",
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
}
