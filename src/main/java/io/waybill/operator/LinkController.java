package io.waybill.operator;

import io.waybill.journal.Waybills.LinkView;
import io.waybill.message.LinkState;
import io.waybill.message.Order;
import io.waybill.spec.Specification;
import java.util.ArrayList;
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

/** Shows links, and takes what people decide about them. Each decision needs a reason. */
@RestController
@RequestMapping(path = "/api/v1/links", produces = MediaType.APPLICATION_JSON_VALUE)
final class LinkController {

  private final Orders orders;
  private final Ledger ledger;
  private final Supplier<Specification> specification;

  LinkController(Orders orders, Ledger ledger, Supplier<Specification> specification) {
    this.orders = orders;
    this.ledger = ledger;
    this.specification = specification;
  }

  /** The links of the specification, and destinations as links. */
  @GetMapping
  Map<String, Object> links() {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    List<LinkView> known = ledger.links();
    for (String name : specification.get().links().keySet()) {
      all.add(link(name, known));
    }
    known.stream().filter(LinkView::ofDestination).map(MessageJson::link).forEach(all::add);
    return Map.of("links", all);
  }

  private Map<String, @Nullable Object> link(String name, List<LinkView> known) {
    Map<String, @Nullable Object> json =
        known.stream()
            .filter(view -> !view.ofDestination() && view.name().equals(name))
            .findFirst()
            .map(MessageJson::link)
            .orElseGet(() -> unknown(name));
    json.put("last_probe_at", MessageJson.text(orders.lastProbe(name)));
    return json;
  }

  private static Map<String, @Nullable Object> unknown(String name) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("kind", "link");
    json.put("state", "unknown");
    json.put("detail", LinkState.unknown(name).trouble());
    return json;
  }

  @PostMapping("/{name}/check")
  CompletableFuture<Map<String, @Nullable Object>> check(
      @PathVariable("name") String name,
      @RequestBody ActionController.Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.CHECK_LINK, name, order, dryRun, user);
  }

  @PostMapping("/{name}/down")
  CompletableFuture<Map<String, @Nullable Object>> down(
      @PathVariable("name") String name,
      @RequestBody ActionController.Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.LINK_DOWN, name, order, dryRun, user);
  }

  @PostMapping("/{name}/auto")
  CompletableFuture<Map<String, @Nullable Object>> auto(
      @PathVariable("name") String name,
      @RequestBody ActionController.Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return carryOut(Order.Verb.LINK_AUTO, name, order, dryRun, user);
  }

  private CompletableFuture<Map<String, @Nullable Object>> carryOut(
      Order.Verb verb, String name, ActionController.Order order, boolean dryRun, User user) {
    String why = ActionController.why(order.why());
    if (!specification.get().links().containsKey(name)) {
      throw new ProblemException(
          Problem.NOT_FOUND,
          "There is no link '%s'; waybill.links has: %s."
              .formatted(name, String.join(", ", specification.get().links().keySet())));
    }
    return (dryRun
            ? CompletableFuture.<Void>completedFuture(null)
            : orders.carryOut(new Order(verb, name, user.name(), why)))
        .thenApply(done -> link(name, ledger.links()));
  }
}
