package io.waybill.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * Writes problems where Spring MVC does not: in filters, and where the server refuses by itself.
 */
final class Problems {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Problems() {}

  /** The problem with the path it occurred at. */
  static ProblemDetail in(HttpServletRequest request, ProblemDetail problem) {
    URI instance = path(request.getRequestURI());
    if (instance != null) {
      problem.setInstance(instance);
    }
    return problem;
  }

  private static @Nullable URI path(@Nullable String text) {
    try {
      return text == null ? null : new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  static void write(
      HttpServletRequest request, HttpServletResponse response, Problem problem, String detail)
      throws IOException {
    response.setStatus(problem.status().value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(json(problem, detail, request.getRequestURI()));
  }

  static byte[] json(Problem problem, String detail, @Nullable String instance) {
    ObjectNode json = JSON.createObjectNode();
    json.put("type", Problem.TYPES + problem.code());
    json.put("title", problem.title());
    json.put("status", problem.status().value());
    json.put("detail", detail);
    if (instance != null) {
      json.put("instance", instance);
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
