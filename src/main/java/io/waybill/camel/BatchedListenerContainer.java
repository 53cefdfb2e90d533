package io.waybill.camel;

import io.waybill.broker.NotNow;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.EndpointMessageListener;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.TransactionStatus;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Receives JMS messages in batches, each in one transacted session.
 *
 * <p>One thread receives what is there, up to a number and a size, and starts the route of each
 * message in the order of the queue without waiting for it. The submissions of a batch so meet in
 * one commit of the journal. When all of them are in the journal the session commits, and only
 * then. One that fails is in the journal too, as failed. Where the journal cannot take them now the
 * session rolls back, and the queue keeps them in their order.
 *
 * <p>If the process dies between the two commits, or the second one fails, the messages come again
 * and are recognised as duplicates.
 */
final class BatchedListenerContainer extends DefaultJmsMessageListenerContainer {

  private static final Logger LOG = LoggerFactory.getLogger(BatchedListenerContainer.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration TURN = Duration.ofMillis(250);

  private final JmsEndpoint endpoint;
  private final BatchIntake intake;
  private final BatchRules rules;

  /** Whether the last batch could not be taken in. */
  private volatile boolean refused;

  BatchedListenerContainer(JmsEndpoint endpoint, BatchIntake intake, BatchRules rules) {
    super(endpoint);
    this.endpoint = endpoint;
    this.intake = intake;
    this.rules = rules;
  }

  /**
   * How much is received at once, and who is believed.
   *
   * @param messages at most so many messages
   * @param bytes no further message is received when the batch has so many bytes
   * @param trustUser whether the JMS broker writes the authenticated user into each message
   * @param send whether postings are sent in batches too
   */
  record BatchRules(int messages, long bytes, boolean trustUser, boolean send) {}

  @Override
  public void initialize() {
    // Whatever the endpoint says: without these, messages are acknowledged before they are safe.
    setSessionTransacted(true);
    setTransactionManager(null);
    setCacheLevel(CACHE_CONSUMER);
    super.initialize();
  }

  @Override
  public void setTransactionManager(
      org.springframework.transaction.@Nullable PlatformTransactionManager transactions) {
    if (transactions != null) {
      throw new IllegalArgumentException(
          "In '%s': no transaction manager can be set; intake commits its own session"
              .formatted(endpoint.getEndpointUri()));
    }
  }

  @Override
  protected boolean doReceiveAndExecute(
      Object invoker,
      @Nullable Session session,
      @Nullable MessageConsumer consumer,
      @Nullable TransactionStatus status)
      throws JMSException {
    if (session == null || consumer == null) {
      throw new IllegalStateException("The cache level guarantees a session and a consumer");
    }
    Message first = receiveMessage(consumer);
    if (first == null) {
      noMessageReceived(invoker, session);
      return false;
    }
    messageReceived(invoker, session);
    if (!isRunning()) {
      session.rollback();
      return true;
    }
    NotNow notNow = take(session, consumer, first);
    if (notNow != null) {
      pause(notNow.retryAfter());
    }
    return true;
  }

  /** Takes a batch over; tells where it could not, and then the session was rolled back. */
  private @Nullable NotNow take(Session session, MessageConsumer consumer, Message first)
      throws JMSException {
    List<CompletableFuture<@Nullable Void>> batch = new ArrayList<>();
    boolean committed = false;
    try {
      start(session, consumer, first, batch);
      CompletableFuture.allOf(batch.toArray(CompletableFuture<?>[]::new)).get();
      session.commit();
      committed = true;
      tell(null);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      NotNow notNow = BatchIntake.notNow(e);
      tell(notNow == null ? String.valueOf(e.getCause()) : notNow.getMessage());
      return notNow == null ? new NotNow("unexpected", Duration.ofSeconds(5)) : notNow;
    } finally {
      if (!committed) {
        rollBack(session);
      }
    }
  }

  /** Tells that the queue keeps its messages, and why, and that it gives them again. */
  private void tell(@Nullable String refusal) {
    if (refusal == null && refused) {
      LOG.info("Messages of '{}' are taken in again", getDestinationName());
    } else if (refusal != null && !refused) {
      LOG.warn("Messages of '{}' stay in their queue for now: {}", getDestinationName(), refusal);
    }
    refused = refusal != null;
  }

  private void start(
      Session session,
      MessageConsumer consumer,
      Message first,
      List<CompletableFuture<@Nullable Void>> batch)
      throws JMSException {
    long bytes = 0;
    AtomicBoolean refusal = new AtomicBoolean();
    Message message = first;
    while (message != null) {
      JmsDocument document = JmsDocument.read(message, rules.trustUser());
      bytes += document.bytes().length;
      CompletableFuture<@Nullable Void> started = start(session, message, document);
      batch.add(
          started.whenComplete((done, problem) -> refusal.compareAndSet(false, problem != null)));
      // behind one that was refused, another that is taken would have overtaken it
      boolean more =
          !refusal.get() && batch.size() < rules.messages() && bytes < rules.bytes() && isRunning();
      message = more ? consumer.receiveNoWait() : null;
    }
  }

  private CompletableFuture<@Nullable Void> start(
      Session session, Message message, JmsDocument document) {
    EndpointMessageListener listener = (EndpointMessageListener) getMessageListener();
    if (listener == null) {
      throw new IllegalStateException("Camel sets the listener before it starts the container");
    }
    // Without a reply destination: nothing waits for an answer that the open session could not send
    Exchange exchange = listener.createExchange(message, session, null);
    exchange.removeProperty(Exchange.BINDING);
    return intake.start(exchange, document, route(exchange));
  }

  private DefaultConsumer route(Exchange exchange) {
    Route route = endpoint.getCamelContext().getRoute(exchange.getFromRouteId());
    Consumer consumer = route == null ? null : route.getConsumer();
    if (consumer instanceof DefaultConsumer known) {
      return known;
    }
    throw new IllegalStateException(
        "'%s' has no route of its own; it can only be consumed by one"
            .formatted(endpoint.getEndpointUri()));
  }

  private static void rollBack(Session session) {
    try {
      session.rollback();
    } catch (JMSException e) {
      // The connection is gone, and with it the session: the queue has its messages back.
      LOG.debug("The session could not be rolled back", e);
    }
  }

  /**
   * Connects again. That the connection was lost has been told; here only what is new is told, as
   * the server may be away for a night.
   */
  @Override
  protected void refreshConnectionUntilSuccessful() {
    BackOffExecution pauses =
        new FixedBackOff(
                endpoint.getConfiguration().getRecoveryInterval(), FixedBackOff.UNLIMITED_ATTEMPTS)
            .start();
    String told = "";
    while (isRunning()) {
      try {
        refreshSharedConnection();
        LOG.info("'{}' is connected again", getDestinationName());
        return;
      } catch (JMSException e) {
        if (!told.equals(e.getMessage())) {
          LOG.warn("'{}' cannot be connected again yet: {}", getDestinationName(), e.getMessage());
        }
        told = String.valueOf(e.getMessage());
      }
      applyBackOffTime(pauses);
    }
  }

  /** Waits before the next batch; stopping the container ends the wait. */
  private void pause(Duration wanted) {
    Duration pause = wanted.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : wanted;
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    long left = pause.toNanos();
    lifecycleLock.lock();
    try {
      while (left > 0 && isRunning()) {
        // In short turns: a context that stops is seen by asking, not by a signal.
        long turn = Math.min(left, TURN.toNanos());
        left -= turn - Math.max(0, lifecycleCondition.awaitNanos(turn));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lifecycleLock.unlock();
    }
  }
}
