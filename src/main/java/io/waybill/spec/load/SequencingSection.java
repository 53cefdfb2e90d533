package io.waybill.spec.load;

import io.waybill.spec.Expression;
import io.waybill.spec.Nearest;
import io.waybill.spec.Numbering;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Sequencing;
import io.waybill.spec.SequencingGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code waybill.sequencing}, and checks that it says of every operation where it stands. */
final class SequencingSection {

  private final Expressions expressions;
  private final Map<String, Operation> operations;
  private final Problems problems;
  private final Values values;
  private final NumberingSection numberings;

  SequencingSection(Expressions expressions, Map<String, Operation> operations, Problems problems) {
    this.expressions = expressions;
    this.operations = operations;
    this.problems = problems;
    this.values = new Values(problems);
    this.numberings = new NumberingSection(expressions, problems);
  }

  /**
   * The groups.
   *
   * @param operationsAt where the operations are written
   */
  Sequencing sequencing(@Nullable Node section, Map<String, Place> operationsAt) {
    List<SequencingGroup> groups = new ArrayList<>();
    Map<String, Place> unsequenced = new LinkedHashMap<>();
    Node.Table table = values.table(section, "waybill.sequencing");
    if (table != null) {
      Fields fields = new Fields(table, "waybill.sequencing", problems);
      groups.addAll(groups(fields.take("groups")));
      for (Node.Scalar name :
          values.texts(fields.take("unsequenced"), "unsequenced of waybill.sequencing")) {
        checkKnown(name.text(), name.at(), "unsequenced");
        unsequenced.put(name.text(), name.at());
      }
      fields.done();
    }
    Set<String> grouped = new LinkedHashSet<>();
    groups.forEach(group -> grouped.addAll(group.members().keySet()));
    unsequenced.forEach((name, at) -> inBoth(name, at, groups));
    operationsAt.forEach(
        (name, at) -> {
          if (!grouped.contains(name) && !unsequenced.containsKey(name)) {
            problems.error(
                at,
                "operation %s is in no sequencing group; write it in one, or under unsequenced of"
                    + " waybill.sequencing",
                name);
          }
        });
    return new Sequencing(groups, unsequenced.keySet());
  }

  private void inBoth(String name, Place at, List<SequencingGroup> groups) {
    for (SequencingGroup group : groups) {
      if (group.members().containsKey(name)) {
        problems.error(
            at,
            "operation %s is unsequenced and in the group %s; remove it from one of them",
            name,
            group.name());
      }
    }
  }

  private void checkKnown(String operation, Place at, String where) {
    if (operations.containsKey(operation)) {
      return;
    }
    problems.error(
        at,
        "there is no operation '%s', named in %s; write %s",
        operation,
        where,
        Nearest.to(operation, operations.keySet())
            .orElse(
                operations.isEmpty()
                    ? "it under waybill.operations"
                    : "one of: " + String.join(", ", operations.keySet())));
  }

  private List<SequencingGroup> groups(@Nullable Node node) {
    List<SequencingGroup> groups = new ArrayList<>();
    Node.Table all = values.table(node, "groups of waybill.sequencing");
    if (all == null) {
      return groups;
    }
    Map<String, String> groupsBySpace = new HashMap<>();
    all.entries()
        .forEach(
            (name, entry) -> {
              values.isName(name, entry.at(), "the name of a sequencing group");
              SequencingGroup group = group(name, entry);
              if (group == null) {
                return;
              }
              String earlier = groupsBySpace.putIfAbsent(group.lockNameSpace(), name);
              if (earlier != null) {
                problems.error(
                    entry.at(),
                    "the groups %s and %s have the same lock-name-space '%s'; write another one, or"
                        + " make them one group",
                    earlier,
                    name,
                    group.lockNameSpace());
              }
              groups.add(group);
            });
    return groups;
  }

  private @Nullable SequencingGroup group(String name, Node.Entry entry) {
    String owner = "sequencing group " + name;
    Node.Table table =
        entry.value() instanceof Node.Nothing ? null : values.table(entry.value(), owner);
    Fields fields = new Fields(table == null ? new Node.Table(entry.at()) : table, owner, problems);
    String space = lockNameSpace(fields, entry.at());
    Map<String, SequencingGroup.Member> members = new LinkedHashMap<>();
    Node.Table listed = values.table(fields.take("operations"), "operations of " + owner);
    if (listed != null) {
      listed
          .entries()
          .forEach(
              (operation, member) -> {
                checkKnown(operation, member.at(), owner);
                members.put(operation, member(operation, member, owner));
              });
    } else if (!fields.has("operations")) {
      problems.error(entry.at(), "%s has no operations; write at least one", owner);
    }
    numberings.checkSame(owner, entry, members);
    fields.done();
    return space == null ? null : new SequencingGroup(name, space, members);
  }

  private @Nullable String lockNameSpace(Fields fields, Place at) {
    Node node = fields.take("lock-name-space");
    if (node == null) {
      if (!fields.has("lock-name-space")) {
        problems.error(
            at, "%s has no lock-name-space; write e.g. lock-name-space: order", fields.owner());
      }
      return null;
    }
    return values.name(node, "lock-name-space of " + fields.owner());
  }

  private SequencingGroup.Member member(String operation, Node.Entry entry, String group) {
    String owner = "operation %s in %s".formatted(operation, group);
    Node.Table table =
        entry.value() instanceof Node.Nothing ? null : values.table(entry.value(), owner);
    Fields fields = new Fields(table == null ? new Node.Table(entry.at()) : table, owner, problems);
    Node key = fields.take("key");
    Node several = fields.take("keys");
    if ((fields.has("key") == fields.has("keys"))) {
      problems.error(
          entry.at(),
          "%s has %s; write key: EXPRESSION, or keys: [ EXPRESSION, ... ] for several lanes",
          owner,
          fields.has("key") ? "key and keys" : "no key");
    }
    List<Expression> keys = keys(key, several, owner);
    Operation known = operations.get(operation);
    if (known != null) {
      ValuesUsed used = new ValuesUsed(known, problems);
      keys.forEach(used::check);
    }
    Numbering numbering = numberings.numbering(fields, owner);
    if (known != null && numbering != null) {
      new ValuesUsed(known, problems).check(numbering.number());
    }
    fields.done();
    return new SequencingGroup.Member(keys, numbering);
  }

  private List<Expression> keys(@Nullable Node key, @Nullable Node several, String owner) {
    List<Expression> keys = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    if (key != null) {
      nodes.add(key);
    }
    if (several instanceof Node.Listed list) {
      nodes.addAll(list.items());
      if (list.items().isEmpty()) {
        problems.error(list.at(), "keys of %s is an empty list; write at least one", owner);
      }
    } else if (several != null) {
      problems.error(
          several.at(), "keys of %s is a list, not %s; write [ ... ]", owner, several.kind());
    }
    for (Node node : nodes) {
      Expression expression = expressions.expression(node, "key of " + owner);
      if (expression != null) {
        keys.add(expression);
      }
    }
    return keys;
  }
}
