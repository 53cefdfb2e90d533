package io.waybill.spec.load;

import io.waybill.message.PostedAs;
import io.waybill.spec.Announcement;
import io.waybill.spec.Condition;
import io.waybill.spec.Expression;
import io.waybill.spec.Nearest;
import io.waybill.spec.Place;
import io.waybill.spec.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what messages of an operation wait for: {@code requires}, {@code after}, and its echo. */
final class RequirementsSection {

  private static final Map<String, PostedAs.By> FOUND_BY = new LinkedHashMap<>();

  static {
    FOUND_BY.put("key", PostedAs.By.KEY);
    FOUND_BY.put("id", PostedAs.By.ID);
    FOUND_BY.put("business-id", PostedAs.By.BUSINESS_ID);
  }

  private static final String UNDER = "key, id or business-id";

  private final Expressions expressions;
  private final Set<String> operations;
  private final Problems problems;
  private final Values values;

  /**
   * A reader of requirements.
   *
   * @param operations the names of all operations
   */
  RequirementsSection(Expressions expressions, Set<String> operations, Problems problems) {
    this.expressions = expressions;
    this.operations = operations;
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** What an operation requires. */
  List<Requirement> requires(String operation, @Nullable Node node) {
    String owner = "requires of operation " + operation;
    List<Requirement> requirements = new ArrayList<>();
    for (Node item : items(node, owner)) {
      Node.Table table = values.table(item, "an entry under " + owner);
      if (table == null) {
        continue;
      }
      Fields fields = new Fields(table, owner, problems);
      Node field = fields.take("field");
      Node posted = fields.take("posted");
      if (fields.has("field") == fields.has("posted")) {
        problems.error(
            item.at(),
            "an entry under %s has %s; write exactly one of field and posted in each entry",
            owner,
            fields.has("field") ? "field and posted" : "neither field nor posted");
      } else if (field != null) {
        add(requirements, field(field, owner));
      } else if (posted != null) {
        add(requirements, posted(operation, posted));
      }
      fields.done();
    }
    return requirements;
  }

  private static void add(List<Requirement> requirements, @Nullable Requirement requirement) {
    if (requirement != null) {
      requirements.add(requirement);
    }
  }

  private List<Node> items(@Nullable Node node, String owner) {
    if (node == null) {
      return List.of();
    }
    if (node instanceof Node.Listed list) {
      return list.items();
    }
    problems.error(
        node.at(), "%s is a list, not %s; begin each entry with '- '", owner, node.kind());
    return List.of();
  }

  private @Nullable Requirement field(Node node, String owner) {
    List<Condition> conditions = expressions.conditions(node, "field under " + owner);
    if (conditions.size() > 1) {
      problems.error(node.at(), "field under %s is one condition; write an entry for each", owner);
    }
    if (conditions.isEmpty()) {
      return null;
    }
    Condition condition = conditions.get(0);
    Expression expression =
        condition instanceof Condition.Equal equal
            ? equal.expression()
            : condition instanceof Condition.Present present ? present.expression() : null;
    if (expression == null) {
      problems.error(
          node.at(), "field under %s names no field; write e.g. { json: /approvedBy }", owner);
      return null;
    }
    return new Requirement.Field(condition, named(expression), node.at());
  }

  /** As an announcement names it: without the kind of its expression. */
  private static String named(Expression expression) {
    String text = expression.text();
    return expression instanceof Expression.Joined ? text : text.substring(text.indexOf(": ") + 2);
  }

  private @Nullable Requirement posted(String operation, Node node) {
    String owner = "posted under requires of operation " + operation;
    Node.Table table = values.table(node, owner);
    if (table == null) {
      return null;
    }
    Fields fields = new Fields(table, owner, problems);
    String required = operation(fields, owner);
    if (operation.equals(required)) {
      problems.error(
          node.at(),
          "operation %s requires itself; its messages would wait for each other. Name another"
              + " operation, or order them by a key in a sequencing group",
          operation);
    }
    List<Requirement.Under> found = found(fields, owner);
    Duration within = values.positiveOrNone(fields.take("within"), "within of " + owner);
    boolean fails = fails(fields, owner);
    fields.done();
    return required == null || found.isEmpty()
        ? null
        : new Requirement.Posted(required, found, within, fails, node.at());
  }

  private @Nullable String operation(Fields fields, String owner) {
    Node node = fields.take("operation");
    if (node == null) {
      if (!fields.has("operation")) {
        problems.error(fields.at(), "%s has no operation; write one", owner);
      }
      return null;
    }
    String name = values.text(node, "operation of " + owner);
    return name != null && known(name, node.at(), owner) ? name : null;
  }

  private boolean known(String name, Place at, String owner) {
    if (operations.contains(name)) {
      return true;
    }
    problems.error(
        at,
        "there is no operation '%s', named in %s; write %s",
        name,
        owner,
        Nearest.to(name, operations).orElse("one of: " + String.join(", ", operations)));
    return false;
  }

  private List<Requirement.Under> found(Fields fields, String owner) {
    List<Requirement.Under> found = new ArrayList<>();
    FOUND_BY.forEach(
        (name, by) -> {
          Expression value = expressions.expression(fields.take(name), name + " of " + owner);
          if (value != null) {
            found.add(new Requirement.Under(by, value));
          }
        });
    if (FOUND_BY.keySet().stream().noneMatch(fields::has)) {
      problems.error(
          fields.at(),
          "%s does not say which message; write %s, e.g. key: { json: /customerId }",
          owner,
          UNDER);
    }
    return found;
  }

  private boolean fails(Fields fields, String owner) {
    Node node = fields.take("then");
    String text = node == null ? null : values.text(node, "then of " + owner);
    if (node == null || text == null) {
      return false;
    }
    if (!fields.has("within")) {
      problems.error(
          node.at(), "then of %s has no time after which it holds; write within: 48h", owner);
    }
    if (!text.equals("hold") && !text.equals("fail")) {
      problems.error(node.at(), "then of %s is '%s'; write hold or fail", owner, text);
    }
    return text.equals("fail");
  }

  /** The operations that an operation's messages come after. */
  Set<String> after(String operation, @Nullable Node node) {
    String owner = "after of operation " + operation;
    Set<String> after = new LinkedHashSet<>();
    for (Node.Scalar name : values.texts(node, owner)) {
      if (name.text().equals(operation)) {
        problems.error(
            name.at(),
            "operation %s comes after itself; messages of one operation keep their order by their"
                + " lane alone. Remove it",
            operation);
      } else if (known(name.text(), name.at(), owner)) {
        after.add(name.text());
      }
    }
    if (node instanceof Node.Listed list && list.items().isEmpty()) {
      problems.error(node.at(), "%s is an empty list; write at least one operation", owner);
    }
    return after;
  }

  /** What an operation announces: one, or a list. */
  List<Announcement> announces(String operation, @Nullable Node node) {
    if (node == null) {
      return List.of();
    }
    String owner = "announces of operation " + operation;
    List<Announcement> announcements = new ArrayList<>();
    for (Node item : node instanceof Node.Listed list ? list.items() : List.of(node)) {
      Node.Table table = values.table(item, owner);
      if (table != null) {
        Fields fields = new Fields(table, owner, problems);
        String to = operation(fields, owner);
        Expression key = expressions.expression(fields.take("key"), "key of " + owner);
        Node named = fields.take("field");
        String field = named == null ? null : values.text(named, "field of " + owner);
        for (String mandatory : List.of("key", "field")) {
          if (!fields.has(mandatory)) {
            problems.error(item.at(), "%s has no %s; write one", owner, mandatory);
          }
        }
        fields.done();
        if (to != null && key != null && field != null) {
          announcements.add(new Announcement(to, key, field.strip(), item.at()));
        }
      }
    }
    return announcements;
  }
}
