package io.waybill.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.message.Plan;
import io.waybill.message.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a process as the JSON object it is stored as. */
final class Plans {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Plans() {}

  /** Null where there is none, which takes no room in the row. */
  static @Nullable String write(@Nullable Plan plan) {
    if (plan == null) {
      return null;
    }
    ObjectNode all = JSON.createObjectNode().put("frees_lane_at", plan.freesLaneAt());
    ArrayNode steps = all.putArray("steps");
    for (PlannedStep step : plan.steps()) {
      steps
          .addObject()
          .put("name", step.name())
          .put("destination", step.destination())
          .put("needed", step.needed())
          .put("cancel", step.cancel());
    }
    return all.toString();
  }

  static @Nullable Plan read(@Nullable String json) {
    if (json == null) {
      return null;
    }
    try {
      JsonNode all = JSON.readTree(json);
      List<PlannedStep> steps = new ArrayList<>();
      for (JsonNode step : all.path("steps")) {
        steps.add(
            new PlannedStep(
                step.path("name").asText(),
                step.path("destination").asText(),
                step.path("needed").asBoolean(),
                step.path("cancel").asBoolean()));
      }
      return new Plan(steps, all.path("frees_lane_at").asInt());
    } catch (JsonProcessingException e) {
      throw new JournalException(
          JournalException.Kind.DATA, "A stored plan is not a JSON object: " + json, e);
    }
  }
}
