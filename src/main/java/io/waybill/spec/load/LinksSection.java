package io.waybill.spec.load;

import io.waybill.spec.Nearest;
import io.waybill.spec.NeededLink;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code links} of an operation. */
final class LinksSection {

  private final Expressions expressions;
  private final Set<String> known;
  private final Problems problems;
  private final Values values;

  LinksSection(Expressions expressions, Set<String> known, Problems problems) {
    this.expressions = expressions;
    this.known = known;
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** Each by its name alone, or with the conditions under which it is needed. */
  List<NeededLink> links(@Nullable Node node, String owner) {
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Node.Listed list)) {
      problems.error(
          node.at(),
          "links of %s is %s; write a list, e.g. [ { name: edi, when: { json: /channel, equals: EDI"
              + " } } ]",
          owner,
          node.kind());
      return List.of();
    }
    List<NeededLink> links = new ArrayList<>();
    Set<String> always = new LinkedHashSet<>();
    for (Node item : list.items()) {
      NeededLink link =
          item instanceof Node.Table table ? conditional(table, owner) : named(item, owner);
      if (link != null) {
        if (link.when().isEmpty() && !always.add(link.name())) {
          problems.error(item.at(), "links of %s lists '%s' twice; remove one", owner, link.name());
        }
        links.add(link);
      }
    }
    return links;
  }

  private @Nullable NeededLink named(Node item, String owner) {
    String name = values.text(item, "links of " + owner);
    if (name == null) {
      return null;
    }
    declared(new Node.Scalar(item.at(), name), owner, known, problems);
    return new NeededLink(name, List.of());
  }

  private @Nullable NeededLink conditional(Node.Table table, String owner) {
    Fields fields = new Fields(table, "links of " + owner, problems);
    Node name = fields.take("name");
    NeededLink link = null;
    if (name != null) {
      NeededLink always = named(name, owner);
      Node when = fields.take("when");
      link =
          always == null
              ? null
              : new NeededLink(
                  always.name(),
                  expressions.conditions(
                      when, "when of link %s of %s".formatted(always.name(), owner)));
    } else if (!fields.has("name")) {
      fields.take("when");
      problems.error(table.at(), "an entry under links of %s has no name; write one", owner);
    }
    fields.done();
    return link;
  }

  /** Refuses a link that is not declared. */
  static void declared(Node.Scalar name, String owner, Set<String> known, Problems problems) {
    if (!known.contains(name.text())) {
      problems.error(
          name.at(),
          "%s needs the link '%s', which is not declared; %s",
          owner,
          name.text(),
          Nearest.to(name.text(), known)
              .map(near -> "write " + near)
              .orElse("write it under waybill.links"));
    }
  }
}
