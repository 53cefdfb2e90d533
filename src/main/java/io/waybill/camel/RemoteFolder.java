package io.waybill.camel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partner's folder on a server. What happens to a file happens there by rename, as in a {@link
 * DropFolder}; its bytes are read from a copy in the spool folder, which counts for nothing after a
 * crash.
 *
 * <p>The names that a server lists are not trusted: one that could lead out of the folder, end a
 * command or stand for several files is left alone. A connection may be lost between any two steps;
 * while it is not known what lies in {@code .claimed/}, nothing is claimed.
 */
final class RemoteFolder<T> implements PartnerFolder<T> {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteFolder.class);

  private static final String CLAIMED = ".claimed";

  /** Ends the name of a receipt that is being written; no file whose name does is ever claimed. */
  private static final String WRITING = ".part";

  private static final String OWN_NAME = "claims-as";
  private static final String UNSAFE = "/\\*?";

  /** Stands for bytes that are no UTF-8. */
  private static final char UNREADABLE = '\uFFFD';

  private final RemoteServer<T> server;
  private final String kind;
  private final Path spool;

  /** Files that are known to lie there, until the next poll. */
  private final Set<String> there = new HashSet<>();

  private String base = "";
  private String own = "";
  private boolean lost;

  /**
   * A folder that is not looked at yet.
   *
   * @param kind what the source of its documents begins with
   * @param spool a folder of this machine that nobody else uses
   */
  RemoteFolder(RemoteServer<T> server, String kind, Path spool) {
    this.server = server;
    this.kind = kind;
    this.spool = spool;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public String name(T entry) {
    return server.name(entry);
  }

  @Override
  public Look look(T entry) {
    return server.look(entry);
  }

  @Override
  public @Nullable String objection(String name) {
    boolean unsafe =
        name.chars().anyMatch(c -> Character.isISOControl(c) || UNSAFE.indexOf(c) >= 0);
    if (unsafe) {
      return "its name has a control character or one of " + UNSAFE + ". Rename it";
    }
    if (name.indexOf(UNREADABLE) >= 0) {
      return "its name is not in UTF-8. Rename it";
    }
    return FolderNames.bytes(name) > FolderNames.LONGEST
        ? "its name is longer than " + FolderNames.LONGEST + " bytes. Rename it"
        : null;
  }

  @Override
  public void prepare(
      GenericFileOperations<T> operations, GenericFileEndpoint<T> endpoint, Instant now)
      throws IOException {
    prepareSpool();
    server.attach(operations, endpoint, spool);
    base = server.folder();
    own = in(CLAIMED, ownName());
    try {
      for (String folder : List.of(base, in(CLAIMED), own, in("accepted"), in("rejected"))) {
        server.makeFolder(folder);
      }
      for (T left : server.list(in(CLAIMED))) {
        String name = server.name(left);
        if (server.isFolder(left) && !name.startsWith(".") && objection(name) == null) {
          putBackAll(in(CLAIMED, name), now);
        }
      }
      lost = false;
    } finally {
      server.disconnect(); // the consumer opens its own
    }
  }

  /** Removes what a crash left of files that are still on the server. */
  private void prepareSpool() throws IOException {
    Files.createDirectories(spool);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(spool)) {
      for (Path file : left) {
        if (!file.getFileName().toString().equals(OWN_NAME)) {
          Files.delete(file);
        }
      }
    }
  }

  /** The same after each start: an empty folder cannot be removed from the server. */
  private String ownName() throws IOException {
    Path file = spool.resolve(OWN_NAME);
    if (!Files.exists(file)) {
      Files.writeString(file, FolderNames.unique());
    }
    return Files.readString(file).strip();
  }

  private List<String> putBackAll(String folder, Instant now) throws IOException {
    List<String> names = new ArrayList<>();
    for (T left : server.list(folder)) {
      String name = server.name(left);
      if (name.startsWith(".") || server.isFolder(left) || objection(name) != null) {
        continue;
      }
      if (name.endsWith(WRITING)) {
        server.delete(in(folder, name));
        continue;
      }
      putBack(folder, name, now);
      names.add(name);
      LOG.warn(
          "'{}' was claimed when the broker stopped or lost {}; it is read again, and recognised"
              + " if it is in the journal already",
          name,
          server.address());
    }
    return names;
  }

  private void putBack(String folder, String name, Instant now) throws IOException {
    String source = in(folder, name);
    if (!server.exists(source)) {
      return;
    }
    String target = in(server.exists(in(name)) ? FolderNames.again(name, now) : name);
    if (!server.rename(source, target)) {
      throw server.refused("'" + source + "' cannot be put back");
    }
  }

  private String in(String name) {
    return base.isEmpty() ? name : base + "/" + name;
  }

  private String in(String folder, String name) {
    return (folder.equals(CLAIMED) ? in(CLAIMED) : folder) + "/" + name;
  }

  /** Forgets what held for the last poll. */
  void beginPoll() {
    there.clear();
  }

  @Override
  public ClaimedFile claim(GenericFile<T> file) throws IOException {
    String name = server.name(file.getFile());
    String claimed = in(own, name);
    there.remove(name);
    lost = true; // until it is known what became of it
    if (server.exists(claimed)) {
      throw new FileAlreadyExistsException(claimed);
    }
    if (!server.rename(in(name), claimed) && !claimedAgain(name, claimed)) {
      lost = false;
      throw new NoSuchFileException(name);
    }
    for (T listed : server.list(own)) {
      if (server.name(listed).equals(name)) {
        lost = false;
        return new Claimed(name, server.look(listed));
      }
    }
    throw new IOException("'%s' was claimed, and is not listed in %s".formatted(name, own));
  }

  /** Somebody may have cleared up there. */
  private boolean claimedAgain(String name, String claimed) throws IOException {
    IOException refused = server.refused("'" + name + "' cannot be renamed to '" + claimed + "'");
    if (!server.exists(in(name))) {
      return false;
    }
    server.makeFolder(own);
    if (!server.rename(in(name), claimed)) {
      lost = false;
      throw refused;
    }
    return true;
  }

  /** A file that was renamed into {@link #own}. */
  private final class Claimed implements ClaimedFile {
    private final String name;
    private final Look seen;
    private @Nullable Path copy;

    Claimed(String name, Look seen) {
      this.name = name;
      this.seen = seen;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean isRegular() {
      return seen.regular();
    }

    @Override
    public long size() {
      return seen.size();
    }

    /** Whole or not at all: servers end a broken transfer as if it were complete. */
    @Override
    public Path here() throws IOException {
      if (copy == null) {
        Path arriving = spool.resolve("file-" + FolderNames.unique());
        copy = arriving;
        server.download(in(own, name), seen.size(), arriving);
        long arrived = Files.size(arriving);
        if (arrived != seen.size()) {
          server.disconnect();
          throw new IOException(
              "%,d of %,d bytes of '%s' arrived; it is fetched again"
                  .formatted(arrived, seen.size(), name));
        }
      }
      return copy;
    }

    @Override
    public @Nullable String sha256() throws IOException {
      return seen.size() == 0 || copy != null ? LargeBody.sha256(here()) : null;
    }

    @Override
    public FolderLedger ledger() throws IOException {
      return new FolderLedger(spool.resolve(FolderLedger.newName()));
    }

    /** While the server cannot be reached it stays claimed, and nothing is claimed beside it. */
    @Override
    public void putBack(Instant now) throws IOException {
      discard();
      try {
        RemoteFolder.this.putBack(own, name, now);
      } catch (IOException e) {
        lost = true;
        LOG.debug("'{}' is put back when the server can be reached", name, e);
      }
    }

    @Override
    public void finish(FolderReceipt receipt, Instant now) throws IOException {
      if (!server.exists(in(own, name))) {
        throw new NoSuchFileException(
            in(own, name), null, "another broker that was started on this folder has taken it");
      }
      String end = in(receipt.accepted() ? "accepted" : "rejected");
      String given = name;
      while (server.exists(in(end, given)) || server.exists(in(end, FolderNames.receipt(given)))) {
        given = FolderNames.again(name, now);
      }
      write(receipt, in(end, FolderNames.receipt(given)));
      if (!server.rename(in(own, name), in(end, given))) {
        throw server.refused("'" + name + "' cannot be moved to '" + end + "'");
      }
      discard();
    }

    private void write(FolderReceipt receipt, String path) throws IOException {
      Path local = spool.resolve("receipt-" + FolderNames.unique());
      String writing = in(own, local.getFileName() + WRITING);
      try {
        try (OutputStream out = Files.newOutputStream(local)) {
          receipt.writeTo(out);
        }
        server.upload(local, writing);
      } finally {
        Files.deleteIfExists(local);
      }
      if (!server.rename(writing, path)) {
        throw server.refused("the receipt cannot be written to '" + path + "'");
      }
    }

    private void discard() throws IOException {
      if (copy != null) {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + ".inprogress"));
        copy = null;
      }
    }
  }

  @Override
  public boolean has(String name) throws IOException {
    if (there.contains(name)) {
      return true;
    }
    boolean has = server.exists(in(name));
    if (has) {
      there.add(name);
    }
    return has;
  }

  @Override
  public boolean isReady() {
    return !lost;
  }

  @Override
  public List<String> recover(Instant now) throws IOException {
    if (!lost) {
      return List.of();
    }
    List<String> names = putBackAll(own, now);
    lost = false;
    return names;
  }
}
