package io.waybill.spec.load;

import io.waybill.message.PostedAs;
import io.waybill.spec.Announcement;
import io.waybill.spec.Nearest;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Requirement;
import io.waybill.spec.Sequencing;
import io.waybill.spec.SequencingGroup;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks that what operations wait for can come: it takes the whole specification to see that. */
final class RequirementsCheck {

  private final Map<String, Operation> operations;
  private final Sequencing sequencing;
  private final Map<String, Place> operationsAt;
  private final Problems problems;

  RequirementsCheck(
      Map<String, Operation> operations,
      Sequencing sequencing,
      Map<String, Place> operationsAt,
      Problems problems) {
    this.operations = operations;
    this.operationsAt = operationsAt;
    this.sequencing = sequencing;
    this.problems = problems;
  }

  void check() {
    operations
        .values()
        .forEach(
            operation -> {
              operation.requires().forEach(each -> required(operation, each));
              operation.after().forEach(other -> meets(operation, other));
              operation.announces().forEach(each -> heard(operation, each));
            });
    circle(
        Operation::after,
        "comes after",
        "their messages in a lane would wait for each other; remove after from one of them");
    circle(
        RequirementsCheck::required,
        "requires",
        "the first of their messages could never be posted; remove requires from one of them");
  }

  /** That one operation comes after or requires itself is told where it is read. */
  private void circle(Function<Operation, Set<String>> next, String leads, String remedy) {
    List<List<String>> circles =
        Circles.among(
            List.copyOf(operations.keySet()),
            name -> {
              Operation operation = operations.get(name);
              return operation == null ? Set.of() : next.apply(operation);
            });
    for (List<String> circle : circles) {
      StringBuilder words = new StringBuilder("operation ").append(circle.get(0));
      for (int i = 1; i < circle.size(); i++) {
        words.append(i == 1 ? " " + leads + " " : ", which " + leads + " ").append(circle.get(i));
      }
      problems.error(
          operationsAt.getOrDefault(circle.get(0), new Place("operations.yaml", 0)),
          "%s: %s",
          words,
          remedy);
    }
  }

  /** Each of these has to be posted before, without a condition. */
  private static Set<String> required(Operation operation) {
    return operation.requires().stream()
        .filter(Requirement.Posted.class::isInstance)
        .map(each -> ((Requirement.Posted) each).operation())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void required(Operation operation, Requirement requirement) {
    if (!(requirement instanceof Requirement.Posted posted)) {
      return;
    }
    Operation other = operations.get(posted.operation());
    for (Requirement.Under under : posted.found()) {
      if (under.by() == PostedAs.By.KEY) {
        keyed(operation.name(), posted.operation(), posted.at());
      } else if (under.by() == PostedAs.By.BUSINESS_ID
          && other != null
          && other.businessId() == null) {
        problems.error(
            posted.at(),
            "operation %s requires %s by business-id, and %s names none; write business-id: there,"
                + " or find it by key or id",
            operation.name(),
            posted.operation(),
            posted.operation());
      }
    }
  }

  private void keyed(String operation, String other, Place at) {
    if (sequencing.groupsOf(other).isEmpty()) {
      problems.error(
          at,
          "operation %s finds %s by key, and %s has none: it is unsequenced; write it in a"
              + " sequencing group, or find it by id or business-id",
          operation,
          other,
          other);
    }
  }

  private void meets(Operation operation, String other) {
    List<SequencingGroup> groups = sequencing.groupsOf(operation.name());
    if (groups.stream().noneMatch(group -> group.members().containsKey(other))) {
      problems.error(
          operationsAt.getOrDefault(operation.name(), new Place("operations.yaml", 0)),
          "operation %s comes after %s, and they are in no sequencing group together; put both in"
              + " one, or remove after",
          operation.name(),
          other);
    }
  }

  private void heard(Operation operation, Announcement announcement) {
    keyed(operation.name(), announcement.operation(), announcement.at());
    Operation other = operations.get(announcement.operation());
    List<String> fields =
        other == null
            ? List.of()
            : other.requires().stream()
                .filter(Requirement.Field.class::isInstance)
                .map(each -> ((Requirement.Field) each).field())
                .toList();
    if (other != null && !fields.contains(announcement.field())) {
      problems.error(
          announcement.at(),
          "operation %s announces the field '%s', which %s does not require; write %s",
          operation.name(),
          announcement.field(),
          announcement.operation(),
          Nearest.to(announcement.field(), fields)
              .orElse(
                  fields.isEmpty()
                      ? "- field: under requires of " + announcement.operation()
                      : "one of: " + String.join(", ", fields)));
    }
  }
}
