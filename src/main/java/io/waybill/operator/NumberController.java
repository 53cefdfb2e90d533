package io.waybill.operator;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.waybill.message.LaneName;
import io.waybill.message.NumberRange;
import io.waybill.message.Order;
import io.waybill.message.SeriesState;
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
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How far the numbers of lanes are, and people who do without those that are missing. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
final class NumberController {

  private final Orders orders;
  private final Ledger ledger;
  private final Supplier<Specification> specification;

  NumberController(Orders orders, Ledger ledger, Supplier<Specification> specification) {
    this.orders = orders;
    this.ledger = ledger;
    this.specification = specification;
  }

  /**
   * What comes with it.
   *
   * @param why the reason; mandatory
   * @param lane the lane, e.g. {@code cust:4711}
   * @param upTo the last number that is not waited for
   */
  record Gap(
      @Nullable String why, @Nullable String lane, @JsonProperty("up_to") @Nullable Long upTo) {}

  @GetMapping("/numbers")
  Map<String, Object> numbers(
      @RequestParam(name = "lane", required = false) @Nullable String lane,
      @RequestParam(name = "limit", defaultValue = "100") int limit) {
    LaneName asked = lane == null ? null : lane(lane);
    List<SeriesState> found = ledger.numbers(asked, limit);
    if (asked != null && found.isEmpty()) {
      found = List.of(unbegun(asked));
    }
    return Map.of("numbers", found.stream().map(NumberController::json).toList());
  }

  @PostMapping("/lanes/close-gap")
  CompletableFuture<Map<String, @Nullable Object>> closeGap(
      @RequestBody Gap gap,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    Order order = order(gap.lane(), gap.upTo(), gap.why(), user);
    LaneName lane = LaneName.parse(order.name());
    return (dryRun ? CompletableFuture.<Void>completedFuture(null) : orders.carryOut(order))
        .thenApply(done -> json(now(lane)));
  }

  /** The order to close a gap, where it is one that can be given. */
  private Order order(@Nullable String lane, @Nullable Long upTo, @Nullable String why, User user) {
    LaneName name = lane(lane == null ? "" : lane);
    if (upTo == null || upTo < 0) {
      throw MessageController.bad("up_to: the last number not waited for, a whole number from 0.");
    }
    return new Order(
        Order.Verb.CLOSE_GAP, name.toString(), user.name(), ActionController.why(why), upTo);
  }

  private LaneName lane(String text) {
    Map<String, Long> numbered = specification.get().sequencing().firstNumbers();
    try {
      LaneName lane = LaneName.parse(text.strip());
      if (numbered.containsKey(lane.nameSpace())) {
        return lane;
      }
      throw new ProblemException(
          Problem.NOT_FOUND,
          "The lanes of '%s' follow no numbers; %s."
              .formatted(
                  lane.nameSpace(),
                  numbered.isEmpty()
                      ? "none do"
                      : "those of these do: " + String.join(", ", numbered.keySet())));
    } catch (IllegalArgumentException e) {
      throw MessageController.bad("lane: " + e.getMessage() + ".");
    }
  }

  private SeriesState now(LaneName lane) {
    List<SeriesState> found = ledger.numbers(lane, 1);
    return found.isEmpty() ? unbegun(lane) : found.get(0);
  }

  private SeriesState unbegun(LaneName lane) {
    long first = specification.get().sequencing().firstNumbers().getOrDefault(lane.nameSpace(), 1L);
    return new SeriesState(lane, first - 1, List.of(), 0);
  }

  /** What is known of a lane's numbers, and the next one that is not done. */
  static Map<String, @Nullable Object> json(SeriesState state) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("lane", state.lane().toString());
    json.put("last", state.last());
    json.put("next", state.last() + 1);
    json.put("ahead", state.ahead().stream().map(NumberController::json).toList());
    json.put("state", "next number " + (state.last() + 1));
    return json;
  }

  private static Map<String, Object> json(NumberRange range) {
    return Map.of("first", range.from(), "last", range.to());
  }
}
