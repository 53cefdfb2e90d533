package io.waybill.spec.load;

import io.waybill.spec.Condition;
import io.waybill.spec.Expression;
import io.waybill.spec.Nearest;
import io.waybill.spec.Place;
import io.waybill.spec.read.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads expressions and conditions. */
final class Expressions {

  private static final List<String> KINDS = List.of("json", "xpath", "header", "constant", "value");
  private static final List<String> TESTS =
      List.of("json", "xpath", "header", "constant", "value", "root", "source");
  private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"|'[^']*'");
  private static final Pattern PREFIX =
      Pattern.compile("([\\p{L}_][\\p{L}\\p{N}_.-]*):(?=[\\p{L}_*])(?!:)");
  private static final Pattern ROOT =
      Pattern.compile("(?:\\{([^{}]*)}|([^{}:/\\s]+):)?([^{}:/\\s]+)");

  private final Map<String, String> nameSpaces;
  private final Problems problems;
  private final Values values;

  Expressions(Map<String, String> nameSpaces, Problems problems) {
    this.nameSpaces = nameSpaces;
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** An expression, or a list of those to be joined. */
  @Nullable Expression expression(@Nullable Node node, String what) {
    if (!(node instanceof Node.Listed list)) {
      return node == null ? null : single(node, what);
    }
    List<Expression> parts = new ArrayList<>();
    for (Node item : list.items()) {
      Expression part = single(item, what);
      if (part != null) {
        parts.add(part);
      }
    }
    if (list.items().isEmpty()) {
      problems.error(list.at(), "%s is an empty list; write at least one expression", what);
      return null;
    }
    return parts.size() == 1 ? parts.get(0) : new Expression.Joined(parts, list.at());
  }

  private @Nullable Expression single(Node node, String what) {
    if (!(node instanceof Node.Table table)) {
      problems.error(
          node.at(),
          "%s is an expression, not %s; write e.g. { json: /orderId } or { constant: ... }",
          what,
          node.kind());
      return null;
    }
    Fields fields = new Fields(table, what, problems);
    Expression expression = oneOf(fields, KINDS, what);
    fields.done();
    return expression;
  }

  /** The expression that a table has under one of the keys. */
  private @Nullable Expression oneOf(Fields fields, List<String> kinds, String what) {
    List<String> given = kinds.stream().filter(fields::has).toList();
    if (given.size() != 1) {
      kinds.forEach(fields::take);
      problems.error(
          fields.at(),
          "%s has %s; write exactly one of %s",
          what,
          given.isEmpty() ? "no expression" : String.join(" and ", given),
          String.join(", ", kinds));
      return null;
    }
    kinds.stream().filter(kind -> !given.contains(kind)).forEach(fields::take);
    String kind = given.get(0);
    Node node = fields.take(kind);
    String text = node == null ? null : values.text(node, kind + " in " + what);
    if (node == null || text == null) {
      return null;
    }
    return KINDS.contains(kind) ? checked(kind, text.strip(), node.at(), what) : null;
  }

  private @Nullable Expression checked(String kind, String text, Place at, String what) {
    Expression expression =
        switch (kind) {
          case "json" -> new Expression.Json(text, at);
          case "xpath" -> new Expression.XPath(text, at);
          case "header" -> new Expression.Header(text, at);
          case "constant" -> new Expression.Constant(text, at);
          default -> new Expression.Value(text, at);
        };
    if (text.isEmpty()) {
      problems.error(at, "%s in %s is empty; write a text", kind, what);
      return null;
    }
    if (kind.equals("xpath") && undeclared(text, at, what)) {
      return null;
    }
    String fault = Syntax.fault(expression, nameSpaces);
    if (fault == null) {
      return expression;
    }
    boolean pointer = kind.equals("json") && !text.startsWith("/");
    problems.error(
        at,
        "'%s' in %s cannot be used: %s%s",
        expression.text(),
        what,
        fault,
        pointer ? "; write json: /" + text : "");
    return null;
  }

  private boolean undeclared(String path, Place at, String what) {
    Set<String> unknown = new TreeSet<>();
    Matcher matcher = PREFIX.matcher(LITERAL.matcher(path).replaceAll("''"));
    while (matcher.find()) {
      if (!nameSpaces.containsKey(matcher.group(1)) && !matcher.group(1).equals("xml")) {
        unknown.add(matcher.group(1));
      }
    }
    unknown.forEach(prefix -> undeclaredPrefix(prefix, "xpath: " + path, at, what));
    return !unknown.isEmpty();
  }

  private void undeclaredPrefix(String prefix, String text, Place at, String what) {
    problems.error(
        at,
        "'%s' in %s uses the prefix '%s', which is not declared; %s",
        text,
        what,
        prefix,
        Nearest.to(prefix, nameSpaces.keySet())
            .map(near -> "write " + near)
            .orElse("write it under waybill.namespaces"));
  }

  /** Conditions that all have to hold: one, or a list. */
  List<Condition> conditions(@Nullable Node node, String what) {
    if (node == null) {
      return List.of();
    }
    List<Node> items = node instanceof Node.Listed list ? list.items() : List.of(node);
    if (items.isEmpty()) {
      problems.error(node.at(), "%s is an empty list; write at least one condition", what);
    }
    List<Condition> conditions = new ArrayList<>();
    for (Node item : items) {
      Condition condition = condition(item, what);
      if (condition != null) {
        conditions.add(condition);
      }
    }
    return conditions;
  }

  private @Nullable Condition condition(Node node, String what) {
    if (!(node instanceof Node.Table table)) {
      problems.error(
          node.at(),
          "%s is a condition, not %s; write e.g. { json: /type, equals: order }",
          what,
          node.kind());
      return null;
    }
    Fields fields = new Fields(table, what, problems);
    Node equal = fields.take("equals");
    Condition condition;
    if (fields.has("root") || fields.has("source")) {
      condition = ofDocument(fields, equal, what);
    } else {
      Expression expression = oneOf(fields, TESTS, what);
      condition = expression == null ? null : ofExpression(expression, equal, what);
    }
    fields.done();
    return condition;
  }

  private @Nullable Condition ofExpression(
      Expression expression, @Nullable Node equal, String what) {
    if (equal == null) {
      return new Condition.Present(expression);
    }
    String text = values.text(equal, "equals in " + what);
    if (text == null) {
      return null;
    }
    String fault = Syntax.fault(new Expression.Constant(text, equal.at()), nameSpaces);
    if (fault != null) {
      problems.error(equal.at(), "equals in %s can never be true: %s", what, fault);
    }
    return new Condition.Equal(expression, text.strip());
  }

  private @Nullable Condition ofDocument(Fields fields, @Nullable Node equal, String what) {
    List<String> given = TESTS.stream().filter(fields::has).toList();
    TESTS.forEach(fields::take);
    if (given.size() > 1 || equal != null) {
      problems.error(
          fields.at(),
          "%s has %s%s in one condition; write a list of conditions, of which all have to hold",
          what,
          String.join(" and ", given),
          equal == null ? "" : " and equals");
      return null;
    }
    Node node = fields.take(given.get(0));
    String text = node == null ? null : values.text(node, given.get(0) + " in " + what);
    if (node == null || text == null) {
      return null;
    }
    return given.get(0).equals("root")
        ? root(text.strip(), node.at(), what)
        : source(text, node.at(), what);
  }

  private @Nullable Condition source(String text, Place at, String what) {
    if (text.isBlank()) {
      problems.error(at, "source in %s is empty; write e.g. jms:orders.in or file:*.xml", what);
      return null;
    }
    return new Condition.Source(text.strip());
  }

  private @Nullable Condition root(String text, Place at, String what) {
    Matcher matcher = ROOT.matcher(text);
    if (!matcher.matches()) {
      problems.error(
          at,
          "root in %s is '%s'; write \"{name space}Name\", or prefix:Name with a declared prefix",
          what,
          text);
      return null;
    }
    String uri = matcher.group(1);
    String prefix = matcher.group(2);
    if (uri != null && nameSpaces.containsKey(uri)) {
      problems.error(
          at,
          "root in %s has the prefix '%s' in braces; write %s:%s",
          what,
          uri,
          uri,
          matcher.group(3));
      return null;
    }
    if (prefix == null) {
      return new Condition.Root(uri == null ? "" : uri.strip(), matcher.group(3));
    }
    String declared = nameSpaces.get(prefix);
    if (declared == null) {
      undeclaredPrefix(prefix, "root: " + text, at, what);
      return null;
    }
    return new Condition.Root(declared, matcher.group(3));
  }

  /** Names all values that an expression uses. */
  static List<Expression.Value> valuesIn(Expression expression) {
    if (expression instanceof Expression.Value value) {
      return List.of(value);
    }
    return expression instanceof Expression.Joined joined
        ? joined.parts().stream()
            .flatMap(part -> valuesIn(part).stream())
            .collect(Collectors.toList())
        : List.of();
  }
}
