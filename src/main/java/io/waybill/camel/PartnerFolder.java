package io.waybill.camel;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.jspecify.annotations.Nullable;

/**
 * A folder where a partner drops files, here or on a server, as the rules of {@link
 * DropFolderStrategy} need it.
 *
 * @param <T> what Camel lists its entries as
 */
interface PartnerFolder<T> {

  /**
   * How an entry looks.
   *
   * @param regular whether it is a file, and no link, folder or device
   * @param changed when it was written to, by its own clock
   * @param key tells it from another one of its name, as far as that can be told
   */
  record Look(boolean regular, long size, long changed, Object key) {}

  /** What the source of its documents begins with. */
  String kind();

  /** The name of an entry. */
  String name(T entry);

  /** How an entry looks; null where it is gone since it was listed. */
  @Nullable Look look(T entry) throws IOException;

  /** Why a file of that name is not taken; null where it may be. */
  @Nullable String objection(String name);

  /** Makes the folders and puts back what a crash left claimed. */
  void prepare(GenericFileOperations<T> operations, GenericFileEndpoint<T> endpoint, Instant now)
      throws IOException;

  /**
   * Takes a file out of the partner's reach. For one thread.
   *
   * @throws NoSuchFileException where it is gone
   */
  ClaimedFile claim(GenericFile<T> file) throws IOException;

  /** Whether a file of that name lies there and is not claimed. */
  boolean has(String name) throws IOException;

  /** Whether files can be claimed; not so while earlier ones wait for {@link #recover}. */
  boolean isReady();

  /** Puts back what could not be put back when it should have been, and names it. */
  List<String> recover(Instant now) throws IOException;
}
