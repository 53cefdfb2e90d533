package io.waybill.embedded;

import io.waybill.embedded.EmbeddedStartException.Problem;
import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.ActivateCallback;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.DiskFullMessagePolicy;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzerPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Artemis of the broker's own, in its process: the journal is synced before a send or a commit
 * returns, a full address goes to pages instead of making senders wait, nothing is removed for
 * having been delivered too often, and nobody does anything without a password.
 */
public final class EmbeddedArtemis implements Kept.Server {

  public static final String DEAD_LETTERS = "DLQ";
  public static final String EXPIRED = "ExpiryQueue";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedArtemis.class);

  private static final String TCP = "tcp";
  private static final String IN_VM = "in-vm";

  /** Only as many journal files as this are made, and filled with zeros, at the first start. */
  private static final int JOURNAL_FILES = 2;

  private static final int PAGE_BYTES = 1024 * 1024;
  private static final int DISK_SCAN_MILLIS = 1_000;
  private static final int RETRY_MILLIS = 50;
  private static final long STOP_SECONDS = 60;

  private final DataFolder folder;
  private final ArtemisSettings settings;
  private final WayIn wayIn;
  private final WholeServer server;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile String failure = "no reason was given";

  /**
   * Starts the server on a folder and returns when it accepts clients.
   *
   * @throws EmbeddedStartException if that cannot be; says what to change
   */
  public static EmbeddedArtemis start(Path folder, ArtemisSettings settings) {
    return start(folder, settings, WayIn.another());
  }

  static EmbeddedArtemis start(Path folder, ArtemisSettings settings, WayIn wayIn) {
    DataFolder claimed = DataFolder.claim(folder);
    try {
      return new EmbeddedArtemis(claimed, settings, wayIn);
    } catch (IOException e) {
      claimed.close();
      throw DataFolder.notWritable(claimed.path(), e);
    } catch (RuntimeException e) {
      claimed.close();
      throw e;
    }
  }

  private EmbeddedArtemis(DataFolder folder, ArtemisSettings settings, WayIn wayIn)
      throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.wayIn = wayIn;
    requireFreePort();
    DataFolder.requireSpace(folder.path(), settings.freeBytes());
    this.server =
        new WholeServer(
            configuration(DiskSpeed.of(folder.path())),
            new ArtemisSecurity(wayIn.password(), settings.access()));
    tellTheEnd();
    startServer();
  }

  /** Connections within the process, for the broker itself, which may do everything. */
  public ConnectionFactory connectionFactory() {
    return connectionFactory(ArtemisSecurity.BROKER, wayIn.password());
  }

  /** Connections within the process, for one of the users that the settings know. */
  public ConnectionFactory connectionFactory(String user, String password) {
    ActiveMQConnectionFactory factory =
        harmless(new ActiveMQConnectionFactory(wayIn.toString(), user, password));
    // a server that is away is told at once; whoever needs it tries again by itself
    factory.setRetryInterval(RETRY_MILLIS);
    return factory;
  }

  /** Where other programs connect to, or an empty text where they cannot. */
  public String url() {
    return settings.port() == 0 ? "" : "tcp://" + settings.host() + ":" + settings.port();
  }

  /** False once the server has stopped itself, as it does when its journal cannot be written. */
  public boolean running() {
    return server.isStarted() && server.isActive();
  }

  @Override
  public CompletableFuture<String> ended() {
    return ended;
  }

  /** Ends all connections, stops the server and gives the folder free. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("Artemis did not stop in order: {}", e.toString());
    } finally {
      folder.close();
    }
  }

  WholeServer server() {
    return server;
  }

  /** An object in a message is somebody else's code: no class may be read from one. */
  static ActiveMQConnectionFactory harmless(ActiveMQConnectionFactory factory) {
    factory.setDeserializationDenyList("*");
    factory.setBlockOnDurableSend(true);
    return factory;
  }

  private Configuration configuration(DiskSpeed disk) {
    int gatherNanos = Math.toIntExact(disk.sync().toNanos());
    ConfigurationImpl configuration = new ConfigurationImpl();
    configuration
        .setName("waybill")
        .setBindingsDirectory(path("bindings"))
        .setJournalDirectory(path("journal"))
        .setPagingDirectory(path("paging"))
        .setLargeMessagesDirectory(path("large-messages"))
        .setPersistenceEnabled(true)
        .setJournalType(JournalType.NIO)
        .setJournalDatasync(true)
        .setJournalSyncTransactional(true)
        .setJournalSyncNonTransactional(true)
        .setLargeMessageSync(true)
        .setJournalBufferTimeout_NIO(gatherNanos)
        .setPageSyncTimeout(gatherNanos)
        .setJournalMinFiles(JOURNAL_FILES)
        .setJournalPoolFiles(10)
        // remembered ids are of use only if they outlive the server
        .setPersistIDCache(true)
        .setIDCacheSize(settings.duplicateIds())
        .setGlobalMaxSize(settings.totalBytes())
        // in bytes: a large disk that is nine tenths full still has room
        .setMaxDiskUsage(-1)
        .setMinDiskFree(settings.freeBytes())
        .setDiskScanPeriod(DISK_SCAN_MILLIS)
        .setSecurityEnabled(true)
        // who sent a message is said by the server, over whatever the sender wrote there
        .setPopulateValidatedUser(true)
        .setClusterUser("nobody " + WayIn.randomPassword())
        .setClusterPassword(WayIn.randomPassword())
        // only what the broker speaks, whatever else is on the class path
        .setResolveProtocols(false)
        .setJMXManagementEnabled(false)
        .setSuppressSessionNotifications(true)
        .setMessageCounterEnabled(false)
        .setConfigurationFileRefreshPeriod(-1)
        .setGracefulShutdownEnabled(false)
        // a stalled disk acknowledges nothing and says so in the log; to end the process for it
        // would take down what still works, and to end the server would leave it down afterwards
        .setCriticalAnalyzerPolicy(CriticalAnalyzerPolicy.LOG)
        .addAddressSetting("#", addressSettings())
        .addQueueConfiguration(queue(DEAD_LETTERS))
        .addQueueConfiguration(queue(EXPIRED))
        .addAcceptorConfiguration(inVmAcceptor());
    configuration.registerBrokerPlugin(new OwnDuplicateIds());
    configuration.setIncomingInterceptorClassNames(List.of(ReadableNames.class.getName()));
    if (settings.port() != 0) {
      configuration.addAcceptorConfiguration(tcpAcceptor());
    }
    return configuration;
  }

  private AddressSettings addressSettings() {
    return new AddressSettings()
        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
        .setMaxSizeBytes(settings.addressBytes())
        .setPageSizeBytes((int) Math.min(PAGE_BYTES, settings.addressBytes()))
        // a sender that is told can try again; one that waits in silence looks like a hang
        .setDiskFullMessagePolicy(DiskFullMessagePolicy.FAIL)
        .setDeadLetterAddress(SimpleString.of(DEAD_LETTERS))
        .setExpiryAddress(SimpleString.of(EXPIRED))
        // the state table decides when to give up; the default of 10 would remove messages
        .setMaxDeliveryAttempts(-1)
        // a delayed message would be overtaken by the ones behind it
        .setRedeliveryDelay(0)
        .setDefaultAddressRoutingType(RoutingType.ANYCAST)
        .setDefaultQueueRoutingType(RoutingType.ANYCAST)
        .setAutoCreateAddresses(true)
        .setAutoCreateQueues(true)
        .setAutoDeleteAddresses(false)
        .setAutoDeleteQueues(false);
  }

  private static QueueConfiguration queue(String name) {
    return QueueConfiguration.of(name)
        .setAddress(name)
        .setRoutingType(RoutingType.ANYCAST)
        .setDurable(true);
  }

  private TransportConfiguration inVmAcceptor() {
    return new TransportConfiguration(
        InVMAcceptorFactory.class.getName(),
        Map.of(
            org.apache.activemq.artemis.core.remoting.impl.invm.TransportConstants
                .SERVER_ID_PROP_NAME,
            wayIn.number()),
        IN_VM);
  }

  private TransportConfiguration tcpAcceptor() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put(TransportConstants.HOST_PROP_NAME, settings.host());
    parameters.put(TransportConstants.PORT_PROP_NAME, settings.port());
    parameters.put(TransportConstants.PROTOCOLS_PROP_NAME, "CORE");
    Class<?> acceptor = NettyAcceptorFactory.class;
    if (settings.ssl() != null) {
      SslAcceptors.encrypted(parameters, settings.ssl());
      acceptor = SslAcceptors.class;
    }
    return new TransportConfiguration(acceptor.getName(), parameters, TCP);
  }

  /** A server that stops itself says why at first, and that it has done so at the very end. */
  private void tellTheEnd() {
    server.registerIOCriticalErrorListener(
        (cause, message, file) -> {
          failure = (file == null ? "" : file + ": ") + cause.getMessage();
          // where its disk hangs it may never get to its end
          ended.completeOnTimeout(failure, STOP_SECONDS, TimeUnit.SECONDS);
        });
    server.registerActivateCallback(
        new ActivateCallback() {
          @Override
          public void stop(ActiveMQServer stopped) {
            ended.complete(failure);
          }

          @Override
          public void shutdown(ActiveMQServer stopped) {
            ended.complete("asked to");
          }
        });
  }

  private void startServer() {
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    server.registerActivationFailureListener(failed::set);
    try {
      server.start(); // and activates on this thread
      Exception reason = failed.get();
      if (reason != null) {
        throw reason;
      }
      if (!server.isActive()) {
        throw new IllegalStateException(failure);
      }
      requireAcceptors();
    } catch (Exception e) {
      stopAfter(e);
      throw new EmbeddedStartException(
          Problem.DID_NOT_START,
          "Artemis did not start: " + e.getMessage(),
          folder.path().toString(),
          "Read its messages in the log, or set spring.artemis.broker-url to an Artemis of your"
              + " own.",
          e);
    }
    LOG.info("Artemis runs in {}{}", folder.path(), url().isEmpty() ? "" : " at " + url());
  }

  /** Artemis logs a failed acceptor and goes on without it. */
  private void requireAcceptors() {
    for (TransportConfiguration configured :
        server.getConfiguration().getAcceptorConfigurations()) {
      Acceptor acceptor = server.getRemotingService().getAcceptor(configured.getName());
      if (acceptor == null || !acceptor.isStarted()) {
        throw new IllegalStateException(
            "it accepts no clients by " + configured.getName() + " " + url());
      }
    }
  }

  private void stopAfter(Exception reason) {
    try {
      server.stop();
      if (server.getState() == ActiveMQServer.SERVER_STATE.STOPPING) {
        // it was already stopping itself; the next one has to find the folder free
        var unused = ended.get(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (Exception e) {
      reason.addSuppressed(e);
    }
  }

  private void requireFreePort() {
    if (settings.port() == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(settings.host(), settings.port()));
    } catch (IOException e) {
      throw new EmbeddedStartException(
          Problem.PORT_IN_USE,
          "the embedded Artemis cannot listen (" + e.getMessage() + ")",
          settings.host() + ":" + settings.port(),
          "Stop the program that listens there, or choose another port; 0 does without.",
          e);
    }
  }

  private String path(String name) {
    return folder.path().resolve(name).toString();
  }
}
