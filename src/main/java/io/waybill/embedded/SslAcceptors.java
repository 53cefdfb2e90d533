package io.waybill.embedded;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.cluster.ClusterConnection;
import org.apache.activemq.artemis.core.server.metrics.MetricsManager;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManager;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;
import org.apache.activemq.artemis.spi.core.remoting.AcceptorFactory;
import org.apache.activemq.artemis.spi.core.remoting.BufferHandler;
import org.apache.activemq.artemis.spi.core.remoting.ServerConnectionLifeCycleListener;
import org.jspecify.annotations.Nullable;

/**
 * Makes an acceptor that takes its certificate from the broker's settings, where Artemis would read
 * key stores of its own. Every connection asks anew, so that a renewed one needs no restart.
 */
public final class SslAcceptors implements AcceptorFactory {

  private static final String CERTIFICATE = "waybill.certificate";

  /** What Artemis does not call "ssl" it does not look for. */
  static void encrypted(Map<String, Object> parameters, Supplier<SSLContext> certificate) {
    parameters.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
    parameters.put(TransportConstants.SSL_CONTEXT_PROP_NAME, CERTIFICATE);
    parameters.put(TransportConstants.USE_DEFAULT_SSL_CONTEXT_PROP_NAME, true);
    parameters.put(CERTIFICATE, certificate);
  }

  @Override
  @SuppressWarnings("rawtypes") // as Artemis declares it
  public Acceptor createAcceptor(
      String name,
      @Nullable ClusterConnection cluster,
      Map<String, Object> parameters,
      BufferHandler handler,
      ServerConnectionLifeCycleListener listener,
      Executor threads,
      ScheduledExecutorService timers,
      Map<String, ProtocolManager> protocols,
      String threadGroup,
      @Nullable MetricsManager metrics) {
    return new NettyAcceptor(
        name,
        cluster,
        parameters,
        handler,
        listener,
        timers,
        threads,
        protocols,
        threadGroup,
        metrics) {
      @Override
      public SslHandler getSslHandler(ByteBufAllocator buffers, @Nullable String host, int port) {
        SSLEngine engine = certificate(parameters).createSSLEngine();
        engine.setUseClientMode(false);
        return new SslHandler(engine);
      }
    };
  }

  private static SSLContext certificate(Map<String, Object> parameters) {
    if (parameters.get(CERTIFICATE) instanceof Supplier<?> present
        && present.get() instanceof SSLContext certificate) {
      return certificate;
    }
    throw new IllegalStateException("Whoever sets up this acceptor gives it a certificate");
  }

  @Override
  public boolean supportsRemote() {
    return true;
  }
}
