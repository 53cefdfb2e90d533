package io.waybill.camel;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The polls of one server, as far as they fail: what is wrong is told in one line, and again only
 * when it is something else or has lasted; then that it is over. What could not be put back when a
 * connection was lost is put back behind the next poll that succeeds.
 */
final class ServerTalk<T> extends DefaultPollingConsumerPollStrategy implements ExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ServerTalk.class);
  private static final Duration REMIND = Duration.ofMinutes(10);
  private static final int MOST_CAUSES = 20;

  private final RemoteServer<T> server;
  private final RemoteFolder<T> folder;
  private final DropFolderStrategy<T> strategy;
  private final Clock clock;
  private @Nullable String trouble;
  private Instant told = Instant.EPOCH;
  private boolean failed;

  ServerTalk(
      RemoteServer<T> server, RemoteFolder<T> folder, DropFolderStrategy<T> strategy, Clock clock) {
    this.server = server;
    this.folder = folder;
    this.strategy = strategy;
    this.clock = clock;
  }

  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    failed = false;
    folder.beginPoll();
    strategy.beginPoll();
    return true;
  }

  @Override
  public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
    try {
      strategy.recover();
    } catch (IOException e) {
      tell(e);
    }
    if (!failed && trouble != null) {
      LOG.info("{}: works again", server.address());
      trouble = null;
    }
  }

  @Override
  public boolean rollback(Consumer consumer, Endpoint endpoint, int retries, Exception failure) {
    server.disconnect();
    return false;
  }

  @Override
  public void handleException(Throwable exception) {
    tell(exception);
  }

  @Override
  public void handleException(String message, Throwable exception) {
    tell(exception);
  }

  @Override
  public void handleException(String message, @Nullable Exchange exchange, Throwable exception) {
    tell(exception);
  }

  private void tell(Throwable failure) {
    failed = true;
    String text = explained(failure).replaceAll("\\p{Cntrl}+", " ").strip();
    Instant now = clock.instant();
    if (text.equals(trouble) && told.plus(REMIND).isAfter(now)) {
      LOG.debug("{}: {}", server.address(), text, failure);
      return;
    }
    trouble = text;
    told = now;
    LOG.warn("{}: {}", server.address(), text);
  }

  /** The remedy of the innermost cause that has one, else its words. */
  private String explained(Throwable failure) {
    Deque<Throwable> causes = new ArrayDeque<>();
    Throwable next = failure;
    while (next != null && causes.size() < MOST_CAUSES) {
      causes.push(next);
      next = next.getCause();
    }
    for (Throwable cause : causes) {
      String remedy = server.remedy(cause);
      if (remedy != null) {
        return remedy;
      }
    }
    String words = causes.getFirst().getMessage();
    return words == null || words.isBlank() ? causes.getFirst().toString() : words;
  }
}
