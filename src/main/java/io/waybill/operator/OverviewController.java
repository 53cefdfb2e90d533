package io.waybill.operator;

import io.waybill.broker.Underway;
import io.waybill.journal.Waybills.LinkView;
import io.waybill.spec.Destination;
import io.waybill.spec.Specification;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows lanes, destinations, and what is being taken in. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
final class OverviewController {

  private static final int MOST = 1000;

  private final Ledger ledger;
  private final Underway underway;
  private final Supplier<Specification> specification;

  OverviewController(Ledger ledger, Underway underway, Supplier<Specification> specification) {
    this.ledger = ledger;
    this.underway = underway;
    this.specification = specification;
  }

  @GetMapping("/lanes")
  Map<String, Object> lanes(
      @RequestParam(name = "name-space", required = false) @Nullable String nameSpace,
      @RequestParam(name = "key", required = false) @Nullable String key,
      @RequestParam(name = "held", required = false) @Nullable Boolean held) {
    return Map.of(
        "lanes", ledger.lanes(nameSpace, key, held, MOST).stream().map(MessageJson::lane).toList());
  }

  @GetMapping("/destinations")
  Map<String, Object> destinations() {
    Map<String, LinkView> states =
        ledger.links().stream()
            .filter(LinkView::ofDestination)
            .collect(Collectors.toMap(LinkView::name, Function.identity()));
    List<Map<String, @Nullable Object>> all =
        specification.get().destinations().values().stream()
            .sorted(Comparator.comparing(Destination::name))
            .map(destination -> destination(destination, states.get(destination.name())))
            .toList();
    return Map.of("destinations", all);
  }

  private static Map<String, @Nullable Object> destination(
      Destination destination, @Nullable LinkView link) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", destination.name());
    json.put("delivery", destination.delivery().specName());
    json.put("in_flight", destination.inFlight());
    json.put("timeout", destination.timeout().toString());
    json.put("links", destination.links());
    json.put("state", link == null || link.up() ? "up" : "down");
    return json;
  }

  @GetMapping("/intake")
  Map<String, Object> intake() {
    return Map.of("bodies", underway.now().stream().map(OverviewController::body).toList());
  }

  private static Map<String, Object> body(Underway.Body body) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", body.source());
    json.put("sender", body.sender());
    json.put("since", body.since().toString());
    json.put("size", body.size());
    json.put("read", body.read());
    json.put("documents", body.documents());
    json.put("failed", body.failed());
    return json;
  }
}
