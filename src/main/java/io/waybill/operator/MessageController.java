package io.waybill.operator;

import io.waybill.journal.MessageView;
import io.waybill.message.LaneName;
import io.waybill.message.Payload;
import io.waybill.message.Status;
import io.waybill.operator.Ledger.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows messages: one with its timeline, many by what is known of them, and their documents. */
@RestController
@RequestMapping("/api/v1/messages")
final class MessageController {

  private static final int USUAL = 100;
  private static final int MOST = 1000;

  private static final Set<String> PARAMETERS =
      new TreeSet<>(
          Set.of(
              "operation",
              "sender",
              "id",
              "business-id",
              "lane",
              "status",
              "since",
              "source",
              "after",
              "limit"));

  private final Ledger ledger;

  MessageController(Ledger ledger) {
    this.ledger = ledger;
  }

  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, @Nullable Object> find(
      @RequestParam Map<String, String> parameters, @AuthenticationPrincipal User user) {
    Filter filter = filter(parameters, user);
    List<MessageView> found = ledger.find(filter);
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("messages", found.stream().map(MessageJson::message).toList());
    boolean more = found.size() == filter.limit();
    json.put("next", more ? found.get(found.size() - 1).seq() : null);
    return json;
  }

  private static Filter filter(Map<String, String> parameters, User user) {
    for (String name : parameters.keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw bad(
            "No parameter is named '%s'; there are: %s."
                .formatted(name, String.join(", ", PARAMETERS)));
      }
    }
    return new Filter(
        parameters.get("operation"),
        sender(parameters.get("sender"), user),
        parameters.get("id"),
        parameters.get("business-id"),
        read(parameters, "lane", LaneName::parse),
        statuses(parameters.get("status")),
        read(parameters, "since", MessageController::instant),
        parameters.get("source"),
        number(parameters, "after", 0, Long.MAX_VALUE, 0),
        (int) number(parameters, "limit", 1, MOST, USUAL));
  }

  private static @Nullable String sender(@Nullable String asked, User user) {
    if (user.may(Right.READ)) {
      return asked;
    }
    if (asked != null && !asked.equals(user.name())) {
      throw new ProblemException(
          Problem.FORBIDDEN,
          "User '%s' may only see what it sent itself; leave sender= away.".formatted(user.name()));
    }
    return user.name();
  }

  private static List<Status> statuses(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    try {
      return Arrays.stream(text.split(",")).map(String::strip).map(Status::of).toList();
    } catch (IllegalArgumentException e) {
      throw bad("status: " + e.getMessage());
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'%s' is not a point in time; write e.g. 2026-11-21T08:00:00Z".formatted(text), e);
    }
  }

  private static <T> @Nullable T read(
      Map<String, String> parameters, String name, Function<String, T> reading) {
    String text = parameters.get(name);
    try {
      return text == null ? null : reading.apply(text);
    } catch (IllegalArgumentException e) {
      throw bad(name + ": " + e.getMessage());
    }
  }

  static long number(
      Map<String, String> parameters, String name, long least, long most, long usual) {
    String text = parameters.get(name);
    try {
      long number = text == null ? usual : Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw bad("%s: '%s' is not a number from %d to %d.".formatted(name, text, least, most));
  }

  static ProblemException bad(String detail) {
    return new ProblemException(Problem.BAD_REQUEST, detail);
  }

  @GetMapping(path = "/{seq}", produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, @Nullable Object> message(
      @PathVariable("seq") long seq,
      @AuthenticationPrincipal User user,
      HttpServletResponse response) {
    MessageView view = readable(seq, user);
    // set here, not by Spring, which would answer 304 to a reader whose place in a lane has changed
    response.setHeader(HttpHeaders.ETAG, "\"" + view.version() + "\"");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    return full(view);
  }

  private Map<String, @Nullable Object> full(MessageView view) {
    Map<String, @Nullable Object> json = MessageJson.message(view);
    long seq = view.seq();
    json.put("positions", ledger.places(seq).stream().map(MessageJson::place).toList());
    json.put("steps", ledger.steps(seq).stream().map(StepController::json).toList());
    json.put("timeline", ledger.history(seq).stream().map(MessageJson::history).toList());
    return json;
  }

  @GetMapping("/{seq}/payload")
  ResponseEntity<byte[]> payload(
      @PathVariable("seq") long seq,
      @RequestParam Map<String, String> parameters,
      @AuthenticationPrincipal User user) {
    int newest = readable(seq, user).revision();
    int revision = (int) number(parameters, "revision", 0, newest, newest);
    Payload payload = ledger.payload(seq, revision).orElseThrow(() -> gone(seq));
    ContentDisposition attachment =
        ContentDisposition.attachment().filename("message-" + seq + extension(payload)).build();
    // never a type that a browser would show: what a sender sent is not to run here
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .header(HttpHeaders.CONTENT_DISPOSITION, attachment.toString())
        .header("Waybill-Content-Type", printable(payload.contentType()))
        .header("Waybill-Revision", Integer.toString(revision))
        .body(payload.body());
  }

  private ProblemException gone(long seq) {
    return new ProblemException(
        Problem.REMOVED,
        "The document of message %d is no longer kept%s."
            .formatted(seq, ledger.payloadRemovedAt(seq).map(" since %s"::formatted).orElse("")));
  }

  private static String extension(Payload payload) {
    String type = payload.contentType() == null ? "" : payload.contentType();
    return type.contains("json") ? ".json" : type.contains("xml") ? ".xml" : ".bin";
  }

  private static String printable(@Nullable String text) {
    return text == null ? "" : text.replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** What a user may not see does not exist for it. */
  private MessageView readable(long seq, User user) {
    return ledger
        .message(seq)
        .filter(view -> user.mayRead(view.sender()))
        .orElseThrow(() -> unknown(seq));
  }

  static ProblemException unknown(long seq) {
    return new ProblemException(Problem.NOT_FOUND, "There is no message %d.".formatted(seq));
  }
}
