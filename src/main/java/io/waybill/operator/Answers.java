package io.waybill.operator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Counts the answers of the API by the class of their code, and nothing more: to time each request
 * costs each of them, and how long a commit takes is known.
 */
final class Answers implements Filter {

  private static final int LEAST = 2;
  private static final int MOST = 5;

  private final Counter[] counters = new Counter[MOST - LEAST + 1];

  Answers(MeterRegistry registry) {
    for (int i = LEAST; i <= MOST; i++) {
      counters[i - LEAST] =
          Counter.builder("waybill.http.answers")
              .description("Answers of the HTTP API")
              .tag("status", i + "xx")
              .register(registry);
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean ended = false;
    try {
      chain.doFilter(request, response);
      ended = true;
    } finally {
      if (!ended) {
        count(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      } else if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new Later((HttpServletResponse) response));
      } else {
        count(((HttpServletResponse) response).getStatus());
      }
    }
  }

  private void count(int code) {
    counters[Math.min(Math.max(code / 100, LEAST), MOST) - LEAST].increment();
  }

  /** The rare request that is answered by another thread. */
  private final class Later implements AsyncListener {

    private final HttpServletResponse response;

    Later(HttpServletResponse response) {
      this.response = response;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      count(response.getStatus());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // completed afterwards
    }

    @Override
    public void onError(AsyncEvent event) {
      // completed afterwards
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
