package io.waybill.camel;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsEndpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is there together, in one transacted session, in the order in which it was given; what
 * comes meanwhile is the next batch. A send of its own for each message would wait for the disk of
 * the JMS server each time.
 *
 * <p>For destinations that refuse repetitions only: where the server takes a batch back, because
 * one of it is such a repetition, all of it is sent again one by one. Artemis learns the ids of a
 * transaction when it is committed: as long as one is open, the same id from another process is no
 * repetition. So this is for a server to which no process is connected that has been overtaken,
 * such as the embedded one.
 */
final class JmsBatchSender {

  private static final Logger LOG = LoggerFactory.getLogger(JmsBatchSender.class);
  private static final int MOST = 256;

  /** Sends one message alone, and answers before it returns. */
  interface Single {
    boolean send(Exchange exchange, AsyncCallback callback);
  }

  private record Item(Exchange exchange, AsyncCallback callback, Place place) {

    /** By which the server refuses a repetition. */
    Object id() {
      return exchange.getIn().getHeader(WireNames.DUPLICATE_ID, "", String.class);
    }
  }

  private final JmsEndpoint endpoint;
  private final Single single;
  private final ExecutorService sending;
  private final ExecutorService answering;
  private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private @Nullable Connection connection;
  private @Nullable Session session;
  private @Nullable MessageProducer producer;

  JmsBatchSender(
      JmsEndpoint endpoint, Single single, ExecutorService sending, ExecutorService answering) {
    this.endpoint = endpoint;
    this.single = single;
    this.sending = sending;
    this.answering = answering;
  }

  /** Takes a message; the callback is called from another thread. */
  void add(Exchange exchange, AsyncCallback callback, Place place) {
    place.take();
    queue.add(new Item(exchange, callback, place));
    if (waiting.getAndIncrement() == 0) {
      sending.execute(this::sendAll);
    }
  }

  private void sendAll() {
    int done;
    do {
      List<Item> batch = nextBatch();
      send(batch);
      done = batch.size();
    } while (waiting.addAndGet(-done) > 0);
  }

  /** Within one transaction the server does not see that an id comes twice: that ends a batch. */
  private List<Item> nextBatch() {
    List<Item> batch = new ArrayList<>();
    Set<Object> ids = new HashSet<>();
    Item item = queue.peek();
    while (item != null && batch.size() < MOST && ids.add(item.id())) {
      batch.add(queue.remove());
      item = queue.peek();
    }
    return batch;
  }

  private void send(List<Item> batch) {
    List<Item> sent = new ArrayList<>(batch.size());
    try {
      for (Item item : batch) {
        if (put(item)) {
          sent.add(item);
        }
      }
      if (!sent.isEmpty()) {
        openSession().commit();
      }
    } catch (JMSException | RuntimeException e) {
      LOG.debug("A batch of {} messages was not sent together", batch.size(), e);
      close();
      takenBack(batch, e);
      return;
    }
    answer(batch);
  }

  /**
   * Puts a message into the open transaction; what is wrong with it alone is its own failure, and
   * what is wrong with the session is that of the batch.
   */
  private boolean put(Item item) throws JMSException {
    if (item.place().mustNotFollow()) {
      fail(item, new NotInTurn());
      return false;
    }
    Session open = openSession();
    jakarta.jms.Message message;
    try {
      message =
          endpoint
              .getBinding()
              .makeJmsMessage(item.exchange(), item.exchange().getIn(), open, null);
    } catch (MessageFormatException | MessageNotWriteableException | RuntimeException e) {
      fail(item, e);
      return false;
    }
    if (producer != null) {
      producer.send(message);
    }
    return true;
  }

  private static void fail(Item item, Exception failure) {
    item.place().fail();
    item.exchange().setException(failure);
  }

  private Session openSession() throws JMSException {
    Session open = session;
    if (open == null) {
      Connection made =
          endpoint.getConfiguration().getOrCreateTemplateConnectionFactory().createConnection();
      connection = made;
      made.start();
      open = made.createSession(true, Session.SESSION_TRANSACTED);
      String name = endpoint.getDestinationName();
      producer =
          open.createProducer(
              endpoint.isPubSubDomain() ? open.createTopic(name) : open.createQueue(name));
      session = open;
    }
    return open;
  }

  /** Nothing of the batch is there, or all of it: repeated one by one, each ends as if alone. */
  private void takenBack(List<Item> batch, Exception failure) {
    boolean reachable = reachable();
    for (Item item : batch) {
      if (item.exchange().getException() != null) {
        answer(List.of(item));
      } else if (!reachable) {
        fail(item, failure);
        answer(List.of(item));
      } else {
        sendAlone(item);
      }
    }
  }

  private boolean reachable() {
    try {
      openSession();
      return true;
    } catch (JMSException | RuntimeException e) {
      LOG.debug("The JMS server cannot be reached", e);
      close();
      return false;
    }
  }

  private void sendAlone(Item item) {
    if (item.place().mustNotFollow()) {
      fail(item, new NotInTurn());
      answer(List.of(item));
      return;
    }
    var unused =
        single.send(
            item.exchange(),
            doneSync -> {
              if (item.exchange().getException() != null) {
                item.place().fail();
              }
              answer(List.of(item));
            });
  }

  private void answer(List<Item> batch) {
    batch.forEach(item -> item.place().end());
    answering.execute(() -> batch.forEach(item -> item.callback().done(false)));
  }

  /** Gives the connection back. */
  void close() {
    Connection open = connection;
    connection = null;
    session = null;
    producer = null;
    if (open != null) {
      try {
        open.close();
      } catch (JMSException e) {
        LOG.debug("The connection could not be closed", e);
      }
    }
  }
}
