package io.waybill.spec.load;

import io.waybill.spec.Expression;
import io.waybill.spec.Numbering;
import io.waybill.spec.Numbering.Stray;
import io.waybill.spec.Numbering.Then;
import io.waybill.spec.SequencingGroup;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads how lanes follow the numbers of an operation: {@code number}, and what if one is amiss. */
final class NumberingSection {

  private static final long FIRST = 1;
  private static final List<String> KINDS = List.of("json", "xpath", "header", "value");

  private final Expressions expressions;
  private final Problems problems;
  private final Values values;

  NumberingSection(Expressions expressions, Problems problems) {
    this.expressions = expressions;
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** What the fields of an operation in a group say of numbers; null where they say nothing. */
  @Nullable Numbering numbering(Fields fields, String owner) {
    Node number = fields.take("number");
    Node gap = fields.take("gap");
    Node twice = fields.take("twice");
    Node past = fields.take("past");
    if (!fields.has("number")) {
      for (Node other : Stream.of(gap, twice, past).filter(node -> node != null).toList()) {
        problems.error(
            other.at(),
            "%s has no number, so there is nothing to say about gaps, numbers that come twice, and"
                + " numbers from the past; write e.g. number: { json: /seq, first: 1 }, or remove"
                + " it",
            owner);
      }
    }
    Node.Table table = values.table(number, "number of " + owner);
    if (table == null) {
      return null;
    }
    long first = first(table, owner);
    Expression expression = expression(table, owner);
    Fields ofGap = gap(gap, owner);
    Duration wait =
        ofGap == null
            ? null
            : values.positiveOrNone(ofGap.take("wait"), "wait of " + ofGap.owner());
    Then then = then(ofGap);
    Stray ofTwice = stray(twice, "twice of " + owner);
    Stray ofPast = stray(past, "past of " + owner);
    if (ofGap != null) {
      ofGap.done();
    }
    return expression == null
        ? null
        : new Numbering(expression, first, wait, then, ofTwice, ofPast);
  }

  private @Nullable Expression expression(Node.Table table, String owner) {
    Map<String, Node.Entry> rest = new LinkedHashMap<>(table.entries());
    rest.remove("first");
    if (rest.containsKey("constant")) {
      problems.error(
          table.at(),
          "number of %s is the same in every document; write one of %s",
          owner,
          String.join(", ", KINDS));
      return null;
    }
    return expressions.expression(new Node.Table(table.at(), rest), "number of " + owner);
  }

  private long first(Node.Table table, String owner) {
    Node.Entry entry = table.entries().get("first");
    if (entry == null) {
      return FIRST;
    }
    String text = values.text(entry.value(), "first in number of " + owner);
    if (text != null && text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    if (text != null) {
      problems.error(
          entry.at(),
          "first in number of %s is '%s'; write a whole number from 0, e.g. first: 1",
          owner,
          text);
    }
    return FIRST;
  }

  private @Nullable Fields gap(@Nullable Node node, String owner) {
    Node.Table table = values.table(node, "gap of " + owner);
    return table == null ? null : new Fields(table, "gap of " + owner, problems);
  }

  private Then then(@Nullable Fields gap) {
    Node node = gap == null ? null : gap.take("then");
    if (gap == null || node == null) {
      return Then.HOLD;
    }
    Then then = oneOf(node, "then of " + gap.owner(), Then.values(), Then::specName, Then.HOLD);
    if (!gap.has("wait")) {
      problems.error(
          node.at(),
          "then of %s has no time after which it happens; write e.g. wait: 10m beside it",
          gap.owner());
    }
    return then;
  }

  private Stray stray(@Nullable Node node, String what) {
    return node == null
        ? Stray.FAIL
        : oneOf(node, what, Stray.values(), Stray::specName, Stray.FAIL);
  }

  private <E> E oneOf(Node node, String what, E[] all, Function<E, String> name, E other) {
    String text = values.text(node, what);
    for (E each : all) {
      if (name.apply(each).equals(text)) {
        return each;
      }
    }
    if (text != null) {
      problems.error(
          node.at(),
          "%s is '%s'; write %s",
          what,
          text,
          Stream.of(all).map(name).collect(Collectors.joining(", ")));
    }
    return other;
  }

  /** All operations of a group that have numbers have them in the same series. */
  void checkSame(String group, Node.Entry entry, Map<String, SequencingGroup.Member> members) {
    Map<Long, String> first = new LinkedHashMap<>();
    members.forEach(
        (operation, member) -> {
          Numbering numbering = member.numbering();
          if (numbering != null) {
            first.putIfAbsent(numbering.first(), operation);
          }
        });
    if (first.size() > 1) {
      problems.error(
          entry.at(),
          "the operations of %s number the same lanes and do not begin alike: %s; write the same"
              + " first everywhere",
          group,
          first.entrySet().stream()
              .map(each -> each.getValue() + " with " + each.getKey())
              .collect(Collectors.joining(", ")));
    }
  }
}
