package io.waybill.embedded;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;

/**
 * An embedded Artemis that is started again when it has stopped itself, as it does when its journal
 * cannot be written (a full disk, a disk that fails). What it had acknowledged is in the journal.
 * It keeps its addresses, so that connections made anew find it; old ones are lost.
 */
public final class KeptArtemis implements AutoCloseable {

  private final Kept<EmbeddedArtemis> kept;

  private KeptArtemis(Kept<EmbeddedArtemis> kept) {
    this.kept = kept;
  }

  /**
   * Starts the server as {@link EmbeddedArtemis#start} does.
   *
   * @throws EmbeddedStartException where it cannot start the first time
   */
  public static KeptArtemis start(Path folder, ArtemisSettings settings) {
    WayIn wayIn = WayIn.another();
    EmbeddedArtemis server = EmbeddedArtemis.start(folder, settings, wayIn);
    return new KeptArtemis(
        Kept.of("Artemis", folder, server, () -> EmbeddedArtemis.start(folder, settings, wayIn)));
  }

  /** Connections of the broker itself, also to the servers that are started later. */
  public ConnectionFactory connectionFactory() {
    return kept.server().connectionFactory();
  }

  /** Where other programs connect to, or an empty text where they cannot. */
  public String url() {
    return kept.server().url();
  }

  EmbeddedArtemis server() {
    return kept.server();
  }

  @Override
  public void close() {
    kept.close();
  }
}
