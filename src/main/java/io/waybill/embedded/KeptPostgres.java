package io.waybill.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded PostgreSQL that is started again when its server ends unasked (killed, out of memory,
 * a full disk). It keeps its port, so that connections made anew find it.
 */
public final class KeptPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KeptPostgres.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MOST_PAUSE = Duration.ofSeconds(30);

  private final Path folder;
  private final PostgresSettings settings;
  private EmbeddedPostgres server;
  private boolean closed;

  private KeptPostgres(Path folder, PostgresSettings settings, EmbeddedPostgres server) {
    this.folder = folder;
    this.settings = settings;
    this.server = server;
  }

  /**
   * Starts the server as {@link EmbeddedPostgres#start} does.
   *
   * @throws EmbeddedStartException where it cannot start the first time
   */
  public static KeptPostgres start(Path folder, PostgresSettings settings) {
    EmbeddedPostgres server = EmbeddedPostgres.start(folder, settings);
    KeptPostgres kept = new KeptPostgres(folder, settings.withPort(server.port()), server);
    kept.watch();
    return kept;
  }

  private synchronized void watch() {
    var unused = server.ended().thenRunAsync(() -> again(FIRST_PAUSE));
  }

  private synchronized void again(Duration pause) {
    if (closed) {
      return;
    }
    try {
      LOG.error("PostgreSQL in {} ended unasked; starting it again", folder);
      server.close();
      server = EmbeddedPostgres.start(folder, settings);
      watch();
    } catch (EmbeddedStartException e) {
      LOG.error("PostgreSQL does not start again: {}", e.getMessage());
      Duration next = pause.multipliedBy(2);
      CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> again(next.compareTo(MOST_PAUSE) < 0 ? next : MOST_PAUSE));
    }
  }

  /** Where its database is; stays the same when the server is started again. */
  public synchronized String jdbcUrl() {
    return server.jdbcUrl();
  }

  /** Who may connect. */
  public synchronized String user() {
    return server.user();
  }

  /** With which password. */
  public synchronized String password() {
    return server.password();
  }

  /** The server's main process at present. */
  public synchronized long pid() {
    return server.pid();
  }

  @Override
  public synchronized void close() {
    closed = true;
    server.close();
  }
}
