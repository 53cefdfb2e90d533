package io.waybill.operator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.ExceptionUtils;
import org.springframework.http.MediaType;

/** What Tomcat refuses by itself, e.g. a malformed request line, as a problem instead of a page. */
public final class ProblemValve extends ErrorReportValve {

  @Override
  protected void report(Request request, Response response, Throwable cause) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    Problem problem = Problem.of(response.getStatus());
    try {
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.setCharacterEncoding(StandardCharsets.UTF_8.name());
      response
          .getReporter()
          .write(
              new String(
                  Problems.json(problem, "The server refused the request as it came in.", null),
                  StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      // the client is gone
      ExceptionUtils.handleThrowable(e);
    }
  }
}
