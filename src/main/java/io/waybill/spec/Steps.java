package io.waybill.spec;

import io.waybill.message.Plan;
import io.waybill.message.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an operation, in turn.
 *
 * @param all of them
 * @param holdLaneUntil before which step a message leaves its lanes; null where it holds them to
 *     the end
 */
public record Steps(List<ProcessStep> all, @Nullable String holdLaneUntil) {

  /** Steps of their own. */
  public Steps {
    all = List.copyOf(all);
  }

  /** The plan for a document that needs just these, by their places. */
  public Plan plan(Set<Integer> needed) {
    List<PlannedStep> planned = new ArrayList<>(all.size());
    int frees = all.size();
    for (int place = 0; place < all.size(); place++) {
      ProcessStep step = all.get(place);
      planned.add(new PlannedStep(step.name(), step.to(), needed.contains(place), step.cancel()));
      if (step.name().equals(holdLaneUntil)) {
        frees = place;
      }
    }
    return new Plan(planned, frees);
  }
}
