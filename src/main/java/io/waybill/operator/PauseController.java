package io.waybill.operator;

import io.waybill.message.LaneName;
import io.waybill.message.Order;
import io.waybill.message.PauseState;
import io.waybill.spec.Specification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Pauses and resumes lanes, destinations and operations. Each decision needs a reason. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
final class PauseController {

  private final Orders orders;
  private final Ledger ledger;
  private final Supplier<Specification> specification;

  PauseController(Orders orders, Ledger ledger, Supplier<Specification> specification) {
    this.orders = orders;
    this.ledger = ledger;
    this.specification = specification;
  }

  /**
   * What comes with it.
   *
   * @param why the reason; mandatory
   * @param lane the lane, e.g. {@code cust:4711}; for lanes
   */
  record Pausing(@Nullable String why, @Nullable String lane) {}

  @GetMapping("/pauses")
  Map<String, Object> pauses() {
    return Map.of("pauses", ledger.pauses().stream().map(PauseController::json).toList());
  }

  @PostMapping("/lanes/pause")
  CompletableFuture<Map<String, @Nullable Object>> pauseLane(
      @RequestBody Pausing pausing,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.PAUSE_LANE, lane(pausing), pausing, dryRun, user);
  }

  @PostMapping("/lanes/resume")
  CompletableFuture<Map<String, @Nullable Object>> resumeLane(
      @RequestBody Pausing pausing,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.RESUME_LANE, lane(pausing), pausing, dryRun, user);
  }

  private String lane(Pausing pausing) {
    try {
      LaneName lane = LaneName.parse(pausing.lane() == null ? "" : pausing.lane().strip());
      if (specification.get().lockNameSpaces().contains(lane.nameSpace())) {
        return lane.toString();
      }
      throw new ProblemException(
          Problem.NOT_FOUND,
          "There is no lock name space '%s'; there are: %s."
              .formatted(
                  lane.nameSpace(), String.join(", ", specification.get().lockNameSpaces())));
    } catch (IllegalArgumentException e) {
      throw MessageController.bad("lane: " + e.getMessage() + ".");
    }
  }

  @PostMapping("/destinations/{name}/pause")
  CompletableFuture<Map<String, @Nullable Object>> pauseDestination(
      @PathVariable("name") String name,
      @RequestBody Pausing pausing,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.PAUSE_DESTINATION, destination(name), pausing, dryRun, user);
  }

  @PostMapping("/destinations/{name}/resume")
  CompletableFuture<Map<String, @Nullable Object>> resumeDestination(
      @PathVariable("name") String name,
      @RequestBody Pausing pausing,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.RESUME_DESTINATION, destination(name), pausing, dryRun, user);
  }

  private String destination(String name) {
    if (specification.get().destination(name) == null) {
      throw new ProblemException(
          Problem.NOT_FOUND,
          "There is no destination '%s'; there are: %s."
              .formatted(name, String.join(", ", specification.get().destinations().keySet())));
    }
    return name;
  }

  @PostMapping("/operations/{name}/pause")
  CompletableFuture<Map<String, @Nullable Object>> pauseOperation(
      @PathVariable("name") String name,
      @RequestBody Pausing pausing,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.PAUSE_OPERATION, operation(name), pausing, dryRun, user);
  }

  /** Whether there is such a pause is known to the broker: the operation may be no more. */
  @PostMapping("/operations/{name}/resume")
  CompletableFuture<Map<String, @Nullable Object>> resumeOperation(
      @PathVariable("name") String name,
      @RequestBody Pausing pausing,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.RESUME_OPERATION, name, pausing, dryRun, user);
  }

  private String operation(String name) {
    if (!specification.get().operations().containsKey(name)) {
      throw new ProblemException(
          Problem.NOT_FOUND,
          "There is no operation '%s'; there are: %s."
              .formatted(name, String.join(", ", specification.get().operations().keySet())));
    }
    return name;
  }

  private CompletableFuture<Map<String, @Nullable Object>> carryOut(
      Order.Verb verb, String name, Pausing pausing, boolean dryRun, User user) {
    String why = ActionController.why(pausing.why());
    PauseState.Kind kind = kind(verb);
    return (dryRun
            ? CompletableFuture.<Void>completedFuture(null)
            : orders.carryOut(new Order(verb, name, user.name(), why)))
        .thenApply(done -> json(now(kind, name, ledger.pauses())));
  }

  private static PauseState.Kind kind(Order.Verb verb) {
    return switch (verb) {
      case PAUSE_LANE, RESUME_LANE -> PauseState.Kind.LANE;
      case PAUSE_DESTINATION, RESUME_DESTINATION -> PauseState.Kind.DESTINATION;
      case PAUSE_OPERATION, RESUME_OPERATION -> PauseState.Kind.OPERATION;
      case CHECK_LINK, LINK_DOWN, LINK_AUTO, CLOSE_GAP ->
          throw new IllegalArgumentException("Not a pause: " + verb);
    };
  }

  private static PauseState now(PauseState.Kind kind, String name, List<PauseState> pauses) {
    return pauses.stream()
        .filter(pause -> pause.kind() == kind && pause.name().equals(name))
        .findFirst()
        .orElseGet(() -> new PauseState(kind, name, null));
  }

  private static Map<String, @Nullable Object> json(PauseState pause) {
    PauseState.Set set = pause.set();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("kind", pause.kind().sqlName());
    json.put("name", pause.name());
    json.put("state", set == null ? "running" : "paused");
    json.put("since", set == null ? null : set.at().toString());
    json.put("who", set == null ? null : set.who());
    json.put("why", set == null ? null : set.why());
    return json;
  }
}
