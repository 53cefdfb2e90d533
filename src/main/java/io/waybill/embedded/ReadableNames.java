package io.waybill.embedded;

import org.apache.activemq.artemis.api.core.Interceptor;
import org.apache.activemq.artemis.core.protocol.core.Packet;
import org.apache.activemq.artemis.core.protocol.core.impl.wireformat.CreateSessionMessage;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose user's name would not stay in its line: Artemis writes it into the log,
 * where whoever is not let in could else write lines of its own.
 */
public final class ReadableNames implements Interceptor {

  @Override
  public boolean intercept(Packet packet, RemotingConnection connection) {
    if (packet instanceof CreateSessionMessage login && !readable(login.getUsername())) {
      connection.destroy();
      return false;
    }
    return true;
  }

  private static boolean readable(@Nullable String name) {
    return name == null
        || name.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                        || Character.getType(c) == Character.FORMAT);
  }
}
