package io.waybill.operator;

import io.waybill.broker.Action;
import io.waybill.journal.MessageView;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Decisions of people about one message. Each needs a reason, is refused where the row changed
 * since it was read ({@code If-Match}), and is written into the history with the user's name.
 */
@RestController
@RequestMapping(path = "/api/v1/messages/{seq}", produces = MediaType.APPLICATION_JSON_VALUE)
final class ActionController {

  private static final int LONGEST_WHY = 2000;
  private static final int SHOWN_WAITING = 100;
  private static final int NAMED = 10;
  private static final Pattern VERSION = Pattern.compile("\"(\\d{1,9})\"");

  private final Decisions decisions;
  private final Ledger ledger;
  private final Bodies bodies;

  ActionController(Decisions decisions, Ledger ledger, Bodies bodies) {
    this.decisions = decisions;
    this.ledger = ledger;
    this.bodies = bodies;
  }

  /**
   * What comes with an action.
   *
   * @param why the reason; mandatory
   * @param posted settle only: whether the destination has it
   * @param prerequisite waive only: what is done without; may be left out where only one is missing
   */
  record Order(@Nullable String why, @Nullable Boolean posted, @Nullable String prerequisite) {}

  @PostMapping("/retry")
  CompletableFuture<ResponseEntity<Object>> retry(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return act(action(Action.Kind.RETRY, request, seq, order, user), dryRun);
  }

  /**
   * What comes with a skip.
   *
   * @param why the reason; mandatory
   * @param despite whether it is skipped although others require it
   */
  record Skip(@Nullable String why, @Nullable Boolean despite) {}

  @PostMapping("/skip")
  CompletableFuture<ResponseEntity<Object>> skip(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Skip order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    Action action =
        new Action(Action.Kind.SKIP, seq, user.name(), why(order.why()), version(request));
    List<MessageRow> requiring = ledger.requiring(seq, SHOWN_WAITING);
    if (!dryRun && !Boolean.TRUE.equals(order.despite())) {
      refuseWhere(seq, requiring);
    }
    return act(action, requiring, dryRun);
  }

  /** A skipped prerequisite satisfies nobody: who skips it has to know who waits on. */
  static void refuseWhere(long seq, List<MessageRow> requiring) {
    if (!requiring.isEmpty()) {
      String named =
          requiring.stream()
              .limit(NAMED)
              .map(row -> Long.toString(row.seq()))
              .collect(Collectors.joining(", "));
      throw new ProblemException(
          Problem.REQUIRED,
          """
          Message %d is required by %s%s. A skipped message satisfies nobody, so they would wait on, \
          until another like it comes or somebody waives it. To skip it all the same, say despite."""
              .formatted(
                  seq,
                  named,
                  requiring.size() > NAMED
                      ? " and %d more".formatted(requiring.size() - NAMED)
                      : ""),
          Map.of("requiring", requiring.stream().map(MessageJson::requiring).toList()));
    }
  }

  @PostMapping("/settle")
  CompletableFuture<ResponseEntity<Object>> settle(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    if (order.posted() == null) {
      throw MessageController.bad(
          "posted is missing: true where the destination has the message, false where it has not.");
    }
    Action.Kind kind = order.posted() ? Action.Kind.SETTLE_POSTED : Action.Kind.SETTLE_NOT_POSTED;
    return act(action(kind, request, seq, order, user), dryRun);
  }

  @PostMapping("/reread")
  CompletableFuture<ResponseEntity<Object>> reread(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return act(action(Action.Kind.REREAD, request, seq, order, user), dryRun);
  }

  @PostMapping("/waive")
  CompletableFuture<ResponseEntity<Object>> waive(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return act(action(Action.Kind.WAIVE, request, seq, order, user), dryRun);
  }

  @PostMapping("/interrupt")
  CompletableFuture<ResponseEntity<Object>> interrupt(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return act(action(Action.Kind.INTERRUPT, request, seq, order, user), dryRun);
  }

  @PostMapping("/repost")
  CompletableFuture<ResponseEntity<Object>> repost(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestBody Order order,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    return act(action(Action.Kind.REPOST, request, seq, order, user), dryRun);
  }

  /** The new document is the body; the reason stands in the query. */
  // The body is closed by whoever comes last: the broker's answer, or the failure to ask it.
  @SuppressWarnings("try")
  @PostMapping("/edit")
  CompletableFuture<ResponseEntity<Object>> edit(
      HttpServletRequest request,
      @PathVariable("seq") long seq,
      @RequestParam(name = "why", defaultValue = "") String given,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user)
      throws IOException {
    String why = why(given);
    request.setAttribute(AuditFilter.WHY, why);
    Bodies.Body body = bodies.read(request);
    Payload document = new Payload(body.bytes(), request.getContentType(), Map.of());
    Action action =
        new Action(Action.Kind.EDIT, seq, user.name(), why, version(request), null, document);
    try {
      return act(action, dryRun).whenComplete((answer, failure) -> body.close());
    } catch (RuntimeException e) {
      body.close();
      throw e;
    }
  }

  private static Action action(
      Action.Kind kind, HttpServletRequest request, long seq, Order order, User user) {
    return new Action(
        kind, seq, user.name(), why(order.why()), version(request), order.prerequisite());
  }

  static String why(@Nullable String given) {
    String why = given == null ? "" : given.strip();
    if (why.isEmpty()) {
      throw new ProblemException(
          Problem.WHY_MISSING,
          "An action needs a reason for the history; write {\"why\": \"...\"}.");
    }
    if (why.length() > LONGEST_WHY || why.indexOf('\0') >= 0) {
      throw MessageController.bad(
          "why: at most %d characters, and none of them U+0000.".formatted(LONGEST_WHY));
    }
    return why;
  }

  private static @Nullable Integer version(HttpServletRequest request) {
    String match = request.getHeader(HttpHeaders.IF_MATCH);
    if (match == null || match.strip().equals("*")) {
      return null;
    }
    Matcher matcher = VERSION.matcher(match.strip());
    if (!matcher.matches()) {
      throw MessageController.bad(
          "If-Match: '%s' is not an ETag of a message; give the one that came with it."
              .formatted(match));
    }
    return Integer.valueOf(matcher.group(1));
  }

  private CompletableFuture<ResponseEntity<Object>> act(Action action, boolean dryRun) {
    return act(action, List.of(), dryRun);
  }

  private CompletableFuture<ResponseEntity<Object>> act(
      Action action, List<MessageRow> requiring, boolean dryRun) {
    MessageView before =
        ledger.message(action.seq()).orElseThrow(() -> MessageController.unknown(action.seq()));
    requireDocument(ledger, action.kind(), action.seq());
    // who waits is asked before, while the message still has its places
    List<Map<String, @Nullable Object>> waiting =
        freesLanes(action.kind())
            ? ledger.behind(action.seq(), SHOWN_WAITING).stream().map(MessageJson::waiting).toList()
            : List.of();
    if (dryRun) {
      return CompletableFuture.completedFuture(answer(before, waiting, requiring, true));
    }
    return decisions
        .act(action)
        .thenApply(
            row ->
                answer(
                    MessageView.of(row, before.node(), before.epoch()), waiting, requiring, false));
  }

  /** What is to be posted once more has to be there still. */
  static void requireDocument(Ledger ledger, Action.Kind kind, long seq) {
    if (kind == Action.Kind.REPOST && ledger.payloadRemovedAt(seq).isPresent()) {
      throw new ProblemException(
          Problem.NOT_ALLOWED,
          "The document of message %d is no longer kept, so it cannot be posted once more; have it sent again."
              .formatted(seq));
    }
  }

  /** Whether those behind the message go on because of it. */
  static boolean freesLanes(Action.Kind kind) {
    return switch (kind) {
      case SKIP, SETTLE_POSTED -> true;
      case RETRY, SETTLE_NOT_POSTED, REREAD, WAIVE, INTERRUPT, REPOST, EDIT -> false;
    };
  }

  private static ResponseEntity<Object> answer(
      MessageView view,
      List<Map<String, @Nullable Object>> waiting,
      List<MessageRow> requiring,
      boolean dryRun) {
    Map<String, @Nullable Object> json = MessageJson.message(view);
    json.put("waiting", waiting);
    if (!requiring.isEmpty()) {
      json.put("requiring", requiring.stream().map(MessageJson::requiring).toList());
    }
    json.put("dry_run", dryRun);
    return ResponseEntity.ok().header(HttpHeaders.ETAG, "\"" + view.version() + "\"").body(json);
  }
}
