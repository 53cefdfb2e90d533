package io.waybill.embedded;

import java.nio.file.Path;

/**
 * An embedded PostgreSQL that is started again when its server ends unasked (killed, out of memory,
 * a full disk). It keeps its port, so that connections made anew find it.
 */
public final class KeptPostgres implements AutoCloseable {

  private final Kept<EmbeddedPostgres> kept;

  private KeptPostgres(Kept<EmbeddedPostgres> kept) {
    this.kept = kept;
  }

  /**
   * Starts the server as {@link EmbeddedPostgres#start} does.
   *
   * @throws EmbeddedStartException where it cannot start the first time
   */
  public static KeptPostgres start(Path folder, PostgresSettings settings) {
    EmbeddedPostgres server = EmbeddedPostgres.start(folder, settings);
    PostgresSettings again = settings.withPort(server.port());
    return new KeptPostgres(
        Kept.of("PostgreSQL", folder, server, () -> EmbeddedPostgres.start(folder, again)));
  }

  /** Where its database is; stays the same when the server is started again. */
  public String jdbcUrl() {
    return kept.server().jdbcUrl();
  }

  /** Who may connect. */
  public String user() {
    return kept.server().user();
  }

  /** With which password. */
  public String password() {
    return kept.server().password();
  }

  /** The server's main process at present. */
  public long pid() {
    return kept.server().pid();
  }

  @Override
  public void close() {
    kept.close();
  }
}
