package io.waybill.spec.load;

import io.waybill.spec.Condition;
import io.waybill.spec.Expression;
import io.waybill.spec.Nearest;
import io.waybill.spec.Operation;
import io.waybill.spec.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that every {@code value:} of an operation is named there, and none by itself. */
final class ValuesUsed {

  private final Operation operation;
  private final Problems problems;

  ValuesUsed(Operation operation, Problems problems) {
    this.operation = operation;
    this.problems = problems;
  }

  /** Checks the operation itself. */
  void check() {
    List<@Nullable Expression> used = new ArrayList<>();
    used.add(operation.id());
    used.add(operation.businessId());
    used.addAll(operation.values().values());
    operation.match().forEach(condition -> used.add(expression(condition)));
    operation.ways().forEach(condition -> used.add(expression(condition)));
    operation
        .links()
        .forEach(link -> link.when().forEach(condition -> used.add(expression(condition))));
    operation.requires().forEach(requirement -> used.addAll(expressions(requirement)));
    operation.announces().forEach(announcement -> used.add(announcement.key()));
    for (Expression expression : used) {
      if (expression != null) {
        check(expression);
      }
    }
    operation.values().keySet().forEach(name -> follow(name, new LinkedHashSet<>()));
  }

  private static List<@Nullable Expression> expressions(Requirement requirement) {
    List<@Nullable Expression> used = new ArrayList<>();
    if (requirement instanceof Requirement.Posted posted) {
      posted.found().forEach(under -> used.add(under.value()));
    } else if (requirement instanceof Requirement.Field field) {
      used.add(expression(field.condition()));
    }
    return used;
  }

  private static @Nullable Expression expression(Condition condition) {
    if (condition instanceof Condition.Equal equal) {
      return equal.expression();
    }
    return condition instanceof Condition.Present present ? present.expression() : null;
  }

  /** Checks an expression that is used for the operation. */
  void check(Expression expression) {
    for (Expression.Value value : Expressions.valuesIn(expression)) {
      if (!operation.values().containsKey(value.name())) {
        problems.error(
            value.at(),
            "operation %s names no value '%s'; write %s",
            operation.name(),
            value.name(),
            Nearest.to(value.name(), operation.values().keySet())
                .orElse("it under values: of the operation"));
      }
    }
  }

  private void follow(String name, Set<String> way) {
    Expression expression = operation.values().get(name);
    if (expression == null) {
      return;
    }
    if (!way.add(name)) {
      // Told once, by the value of the cycle that comes first.
      if (way.iterator().next().equals(name)
          && way.stream().allMatch(other -> name.compareTo(other) <= 0)) {
        problems.error(
            expression.at(),
            "the values of operation %s are defined by themselves: %s; take one of them from the"
                + " document",
            operation.name(),
            String.join(" -> ", way) + " -> " + name);
      }
      return;
    }
    Expressions.valuesIn(expression).forEach(value -> follow(value.name(), way));
    way.remove(name);
  }
}
