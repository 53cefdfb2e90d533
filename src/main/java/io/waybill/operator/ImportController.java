package io.waybill.operator;

import io.waybill.spec.Specification;
import io.waybill.spec.split.Split;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes over what was posted before there was this broker: at a cut-over, so that what is required
 * of it counts. Validated whole first; once more, it changes nothing.
 */
@RestController
final class ImportController {

  private final Imports imports;
  private final Supplier<Specification> specification;

  ImportController(Imports imports, Supplier<Specification> specification) {
    this.imports = imports;
    this.specification = specification;
  }

  @PostMapping(path = "/api/v1/import-posted", produces = MediaType.APPLICATION_JSON_VALUE)
  CompletableFuture<ResponseEntity<Object>> importPosted(
      HttpServletRequest request,
      @RequestParam(name = "why", required = false) @Nullable String given,
      @RequestParam(name = "from", defaultValue = "") String from,
      @RequestParam(name = "dry-run", defaultValue = "false") boolean dryRun,
      @AuthenticationPrincipal User user)
      throws IOException {
    String why = ActionController.why(given);
    request.setAttribute(AuditFilter.WHY, why);
    PostedLines read =
        PostedLines.of(request.getInputStream(), split(request), specification.get());
    if (!read.wrong().isEmpty()) {
      return CompletableFuture.completedFuture(refused(request, read));
    }
    String what =
        "%,d facts of %,d lines%s"
            .formatted(
                read.facts().size(),
                read.lines(),
                from.isBlank() ? "" : " of " + shortened(from.strip()));
    return (dryRun || read.facts().isEmpty()
            ? CompletableFuture.<Void>completedFuture(null)
            : imports.importPosted(read.facts(), what, user.name(), why))
        .thenApply(done -> ResponseEntity.ok(json(read, dryRun)));
  }

  private static String shortened(String from) {
    return from.length() > 200 ? from.substring(0, 200) + "…" : from;
  }

  private static Split split(HttpServletRequest request) {
    String type = String.valueOf(request.getContentType()).toLowerCase(java.util.Locale.ROOT);
    return Split.of(type.startsWith("text/csv") ? "csv" : "jsonl");
  }

  private static ResponseEntity<Object> refused(HttpServletRequest request, PostedLines read) {
    PostedLines.Wrong first = read.wrong().get(0);
    ProblemDetail problem =
        Problem.NOT_PROCESSABLE.with(
            "Nothing was imported. Line %d: %s.%s"
                .formatted(
                    first.line(),
                    first.text(),
                    read.wrong().size() > 1 ? " See errors for the others." : ""));
    problem.setProperty("errors", read.wrong());
    return ResponseEntity.status(Problem.NOT_PROCESSABLE.status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.in(request, problem));
  }

  private static Object json(PostedLines read, boolean dryRun) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("lines", read.lines());
    json.put("facts", read.facts().size());
    json.put("not_required", read.unrequired());
    json.put("dry_run", dryRun);
    return json;
  }
}
