package io.waybill.bench.judge;

import io.waybill.bench.services.Servers;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;

/**
 * The queues from the side of the server: how many messages lie in one, and whether it delivers.
 * Asking for a number costs the server next to nothing, a consumer would cost it as much as the
 * candidate's own.
 */
public final class Queues implements AutoCloseable {

  private static final String MANAGEMENT = "activemq.management";

  private final ServerLocator locator;
  private final ClientSessionFactory sessions;
  private final ClientSession session;

  public Queues(Servers servers) throws Exception {
    locator = ActiveMQClient.createServerLocator(servers.jmsUrl());
    sessions = locator.createSessionFactory();
    session =
        sessions.createSession(
            servers.jmsUser(), servers.jmsPassword(), false, true, true, false, 0);
    session.start();
  }

  /** Creates one that was not there before. */
  public void create(String queue) throws ActiveMQException {
    session.createQueue(
        QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST).setDurable(true));
  }

  /** How many messages it has, those included that are with a consumer and not yet committed. */
  public long size(String queue) {
    try {
      return session.queueQuery(SimpleString.of(queue)).getMessageCount();
    } catch (ActiveMQException e) {
      throw new IllegalStateException("Artemis does not answer", e);
    }
  }

  /** Its consumers get nothing until {@link #resume}. */
  public void pause(String queue) throws Exception {
    manage(queue, "pause");
  }

  public void resume(String queue) throws Exception {
    manage(queue, "resume");
  }

  private void manage(String queue, String operation) throws Exception {
    try (ClientRequestor requestor = new ClientRequestor(session, MANAGEMENT)) {
      ClientMessage request = session.createMessage(false);
      ManagementHelper.putOperationInvocation(request, "queue." + queue, operation);
      ClientMessage answer = requestor.request(request, 30_000);
      if (answer == null || !ManagementHelper.hasOperationSucceeded(answer)) {
        throw new IllegalStateException("Artemis does not " + operation + " " + queue);
      }
    }
  }

  @Override
  public void close() throws ActiveMQException {
    session.close();
    sessions.close();
    locator.close();
  }
}
