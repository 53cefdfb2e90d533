package io.waybill.embedded;

import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the duplicate ids of users apart. Artemis drops a message whose id it knows at that address
 * and tells nobody; so whoever guesses the id of somebody else's next message could make it vanish.
 */
final class OwnDuplicateIds implements ActiveMQServerPlugin {

  @Override
  public void beforeSend(
      ServerSession session,
      @Nullable Transaction transaction,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue) {
    String user = session.getUsername();
    Object id = message.getDuplicateProperty();
    if (id != null && !ArtemisSecurity.BROKER.equals(user)) {
      message.putStringProperty(
          Message.HDR_DUPLICATE_DETECTION_ID, SimpleString.of(user + " " + id));
      message.reencode();
    }
  }
}
