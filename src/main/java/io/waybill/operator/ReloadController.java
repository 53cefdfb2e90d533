package io.waybill.operator;

import io.waybill.spec.load.Problem.Severity;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Has the configuration and the routes read again. */
@RestController
final class ReloadController {

  private final Reloads reloads;

  ReloadController(Reloads reloads) {
    this.reloads = reloads;
  }

  /**
   * What comes with it.
   *
   * @param why the reason; mandatory
   */
  record Reloading(@Nullable String why) {}

  @PostMapping(path = "/api/v1/reload", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Object> reload(
      HttpServletRequest request,
      @RequestBody Reloading reloading,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user) {
    Reloads.Outcome outcome =
        reloads.reload(user.name(), ActionController.why(reloading.why()), dryRun);
    if (outcome.refused()) {
      ProblemDetail problem =
          io.waybill.operator.Problem.NOT_PROCESSABLE.with(
              "Nothing was changed; the rules and routes before go on. " + first(outcome));
      problem.setProperty("errors", texts(outcome, Severity.ERROR));
      problem.setProperty("warnings", texts(outcome, Severity.WARNING));
      return ResponseEntity.status(problem.getStatus())
          .contentType(MediaType.APPLICATION_PROBLEM_JSON)
          .body(Problems.in(request, problem));
    }
    return ResponseEntity.ok(json(outcome, dryRun));
  }

  static Map<String, Object> json(Reloads.Outcome outcome, boolean dryRun) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("specification", outcome.specification());
    json.put("routes", outcome.routes());
    json.put("warnings", texts(outcome, Severity.WARNING));
    json.put("dry_run", dryRun);
    return json;
  }

  private static String first(Reloads.Outcome outcome) {
    List<String> errors = texts(outcome, Severity.ERROR);
    return errors.get(0) + (errors.size() > 1 ? ". See errors for the others." : "");
  }

  /** Those of a severity, with file and line. */
  static List<String> texts(Reloads.Outcome outcome, Severity severity) {
    return outcome.problems().stream()
        .filter(problem -> problem.severity() == severity)
        .map(Object::toString)
        .collect(Collectors.toList());
  }
}
