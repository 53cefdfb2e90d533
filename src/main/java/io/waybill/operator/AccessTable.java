package io.waybill.operator;

import static io.waybill.operator.Right.ADMINISTER;
import static io.waybill.operator.Right.DECIDE;
import static io.waybill.operator.Right.LOOK_IN;
import static io.waybill.operator.Right.READ;
import static io.waybill.operator.Right.READ_OWN;
import static io.waybill.operator.Right.SUBMIT;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Which right each way in by HTTP needs. Whatever has no line is for an admin alone; whoever adds
 * an endpoint adds its line, or a test fails.
 */
final class AccessTable {

  private static final String MESSAGES = "/api/v1/messages";
  private static final String MESSAGE = MESSAGES + "/{seq}";
  private static final String LINK = "/api/v1/links/{name}";

  /** Every endpoint; the first line that fits holds. */
  static final List<Line> LINES =
      List.of(
          get("/actuator/health", LOOK_IN),
          get("/actuator/health/**", LOOK_IN),
          get("/actuator/prometheus", READ),
          get("/problems/{code}", LOOK_IN),
          get("/api/v1/openapi.yaml", LOOK_IN),
          post(MESSAGES, SUBMIT),
          post(MESSAGES + "/{operation}", SUBMIT),
          get(MESSAGES, READ_OWN, READ),
          get(MESSAGE, READ_OWN, READ),
          get(MESSAGE + "/payload", READ_OWN, READ),
          // the chain shows messages of other senders
          get(MESSAGE + "/why", READ),
          get(MESSAGE + "/reply", READ_OWN, READ),
          new Line(HttpMethod.DELETE, MESSAGE + "/reply", Set.of(READ_OWN, DECIDE)),
          get("/api/v1/replies", READ_OWN, READ),
          get("/api/v1/steps", READ_OWN, READ),
          get("/api/v1/lanes", READ),
          get("/api/v1/destinations", READ),
          get("/api/v1/links", READ),
          get("/api/v1/intake", READ),
          post(MESSAGE + "/steps/{step}", DECIDE),
          post(MESSAGE + "/retry", DECIDE),
          post(MESSAGE + "/skip", DECIDE),
          post(MESSAGE + "/settle", DECIDE),
          post(MESSAGE + "/reread", DECIDE),
          post(MESSAGE + "/waive", DECIDE),
          post(MESSAGE + "/edit", DECIDE),
          post(MESSAGE + "/interrupt", DECIDE),
          post(MESSAGE + "/repost", DECIDE),
          get("/api/v1/pauses", READ),
          get("/api/v1/housekeeping", READ),
          post("/api/v1/forget", DECIDE),
          get("/api/v1/numbers", READ),
          post("/api/v1/lanes/close-gap", DECIDE),
          post("/api/v1/lanes/pause", DECIDE),
          post("/api/v1/lanes/resume", DECIDE),
          post("/api/v1/destinations/{name}/pause", DECIDE),
          post("/api/v1/destinations/{name}/resume", DECIDE),
          post("/api/v1/operations/{name}/pause", DECIDE),
          post("/api/v1/operations/{name}/resume", DECIDE),
          post(LINK + "/check", DECIDE),
          post(LINK + "/down", DECIDE),
          post(LINK + "/auto", DECIDE),
          post("/api/v1/import-posted", ADMINISTER),
          post("/api/v1/reload", ADMINISTER),
          // a wrong path is told to whoever may read, instead of being refused
          get("/api/v1/**", READ));

  private AccessTable() {}

  /**
   * One way in.
   *
   * @param method GET stands for HEAD as well
   * @param pattern of paths, as Spring MVC writes them
   * @param rights any of which suffices
   */
  record Line(HttpMethod method, String pattern, Set<Right> rights) {

    /** Whether a request comes this way. */
    RequestMatcher matcher() {
      RequestMatcher asWritten = PathPatternRequestMatcher.withDefaults().matcher(method, pattern);
      if (!method.equals(HttpMethod.GET)) {
        return asWritten;
      }
      // what answers GET answers HEAD, which tells how long the answer would be
      RequestMatcher head =
          PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.HEAD, pattern);
      return request -> asWritten.matches(request) || head.matches(request);
    }

    boolean open() {
      return rights.stream().anyMatch(Right::open);
    }

    boolean heldBy(Set<Role> roles) {
      return rights.stream().anyMatch(right -> right.heldBy(roles));
    }
  }

  private static final List<RequestMatcher> SUBMISSIONS =
      LINES.stream().filter(line -> line.rights().contains(SUBMIT)).map(Line::matcher).toList();

  /** Whether the request hands in a document: of each, the journal says who sent it. */
  static boolean isSubmission(HttpServletRequest request) {
    return SUBMISSIONS.stream().anyMatch(matcher -> matcher.matches(request));
  }

  private static Line get(String pattern, Right... rights) {
    return new Line(HttpMethod.GET, pattern, Set.of(rights));
  }

  private static Line post(String pattern, Right... rights) {
    return new Line(HttpMethod.POST, pattern, Set.of(rights));
  }
}
