package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.broker.Receipt;
import io.waybill.message.Fingerprint;
import io.waybill.message.Reason;
import io.waybill.message.Submission.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.apache.camel.component.file.GenericFileProcessStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a drop folder as Camel's file component calls them: a file is claimed by rename
 * before it is read, and moved with a receipt when the journal has it. While the journal cannot
 * take it, it goes back to where it lay.
 */
final class DropFolderStrategy<T> implements GenericFileProcessStrategy<T> {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolderStrategy.class);

  /** On an exchange whose file is claimed; ending it waits for the disk. */
  static final String WORK = "CamelWaybillFolderWork";

  /** The body of such an exchange; Camel empties it where it does not fetch the file itself. */
  private static final String BODY = "CamelWaybillFolderBody";

  private static final int LONGEST_DETAIL = 1000;

  /** What may be in memory at once, in MiB; a file counts for at least one. */
  private static final int ROOM = 64;

  private static final long PATIENCE_SECONDS = 30;

  private final Intake intake;
  private final Documents documents;
  private final DropFolderFilter<T> filter;
  private final PartnerFolder<T> folder;
  private final String sender;
  private final boolean splits;
  private final Clock clock;
  private final Semaphore room = new Semaphore(ROOM, true);

  /** The files that the journal did not take: none begins that comes behind one of them by name. */
  private final NavigableSet<String> givenBack = new ConcurrentSkipListSet<>();

  /** What is known of a claimed file. */
  private record Work(
      ClaimedFile file,
      long size,
      @Nullable String sha256,
      Instant at,
      int permits,
      @Nullable FolderLedger ledger) {

    /** Of what streams by it is not known before somebody asks. */
    Work withFingerprint() throws IOException {
      return sha256 != null ? this : new Work(file, size, file.sha256(), at, permits, ledger);
    }
  }

  DropFolderStrategy(Place<T> place, Intake intake, Documents documents, Clock clock) {
    this.folder = place.folder();
    this.sender = place.sender();
    this.filter = place.filter();
    this.splits = place.splits();
    this.intake = intake;
    this.documents = documents;
    this.clock = clock;
  }

  /**
   * One folder, who drops files there, which of them count, and whether each may be many documents.
   */
  record Place<T>(
      PartnerFolder<T> folder, String sender, DropFolderFilter<T> filter, boolean splits) {}

  @Override
  public void prepareOnStartup(GenericFileOperations<T> operations, GenericFileEndpoint<T> endpoint)
      throws IOException {
    folder.prepare(operations, endpoint, clock.instant());
  }

  /** The folder is looked through anew. */
  void beginPoll() {
    filter.beginPoll();
  }

  /**
   * Puts back what could not be put back when it should have been. Nothing that comes behind it by
   * name begins before it.
   */
  void recover() throws IOException {
    givenBack.addAll(folder.recover(clock.instant()));
  }

  @Override
  public boolean begin(
      GenericFileOperations<T> operations,
      GenericFileEndpoint<T> endpoint,
      Exchange exchange,
      GenericFile<T> file)
      throws Exception {
    String name = folder.name(file.getFile());
    if (!folder.isReady() || isBehindOneGivenBack(name)) {
      return false;
    }
    long whole = splits ? 0 : Math.min(file.getFileLength(), documents.largest());
    int permits = (int) Math.min(ROOM, 1 + whole / (1 << 20));
    if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      return false;
    }
    boolean begun = false;
    try {
      begun = claimAndRead(exchange, file, name, permits);
      return begun;
    } catch (NoSuchFileException gone) {
      return false; // the partner took it away, or another broker was faster
    } finally {
      if (!begun) {
        room.release(permits);
      }
    }
  }

  private boolean isBehindOneGivenBack(String name) throws IOException {
    for (String first : givenBack.headSet(name)) {
      if (folder.has(first)) {
        return true;
      }
      givenBack.remove(first); // the partner took it away
    }
    return false;
  }

  private boolean claimAndRead(Exchange exchange, GenericFile<T> file, String name, int permits)
      throws IOException {
    ClaimedFile claimed = folder.claim(file);
    filter.forget(name);
    givenBack.remove(name);
    boolean kept = false;
    try {
      if (!claimed.isRegular()) {
        return false; // replaced by a link since it was looked at
      }
      Instant at = clock.instant();
      long size = claimed.size();
      exchange.getIn().setHeader(WaybillHeaders.SENDER, sender);
      exchange.getIn().setHeader(WaybillHeaders.SOURCE, folder.kind() + ":" + name);
      if (size == 0 || (size > documents.largest() && !splits)) {
        kept = refuse(exchange, new Work(claimed, size, claimed.sha256(), at, 0, null));
        return false;
      }
      exchange.setProperty(WORK, work(exchange, claimed, at, permits));
      kept = true;
      return true;
    } finally {
      if (!kept) {
        claimed.putBack(clock.instant());
      }
    }
  }

  private Work work(Exchange exchange, ClaimedFile claimed, Instant at, int permits)
      throws IOException {
    try {
      return splits
          ? streamed(exchange, claimed, at, permits)
          : read(exchange, claimed, at, permits);
    } catch (IOException e) {
      givenBack.add(claimed.name());
      throw e;
    }
  }

  private static Work read(Exchange exchange, ClaimedFile claimed, Instant at, int permits)
      throws IOException {
    byte[] body = Files.readAllBytes(claimed.here());
    setBody(exchange, body);
    return new Work(claimed, body.length, Fingerprint.of(body).hex(), at, permits, null);
  }

  private static Work streamed(Exchange exchange, ClaimedFile claimed, Instant at, int permits)
      throws IOException {
    setBody(exchange, claimed.here().toFile());
    FolderLedger ledger = claimed.ledger();
    exchange.setProperty(Tally.Ledger.PROPERTY, ledger);
    return new Work(claimed, claimed.size(), null, at, permits, ledger);
  }

  private static void setBody(Exchange exchange, Object body) {
    exchange.getIn().setBody(body);
    exchange.setProperty(BODY, body);
  }

  /** The first step of a route from a server. */
  static void bringBody(Exchange exchange) {
    exchange.getIn().setBody(exchange.getProperty(BODY));
  }

  /** Empty or too large: no route could do anything with it. */
  private boolean refuse(Exchange exchange, Work work) throws IOException {
    boolean empty = work.size() == 0;
    Failure failure =
        empty
            ? new Failure(Reason.UNREADABLE, "The file is empty. Drop it again with its content")
            : new Failure(
                Reason.TOO_LARGE,
                "The file has %,d bytes; at most %,d are processed. It is kept in rejected/"
                    .formatted(work.size(), documents.largest()));
    byte[] body = empty ? new byte[0] : standIn(work);
    Receipt receipt = journalFailed(exchange, body, failure);
    if (receipt == null) {
      return false;
    }
    finish(work, receipt);
    return true;
  }

  private @Nullable Receipt journalFailed(Exchange exchange, byte[] body, Failure failure) {
    try {
      return intake
          .submit(documents.failed(exchange, body, failure))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.warn("A file stays in its folder for now: {}", e.toString());
      return null;
    }
  }

  @Override
  public void abort(
      GenericFileOperations<T> operations,
      GenericFileEndpoint<T> endpoint,
      Exchange exchange,
      GenericFile<T> file) {
    // begin() has left nothing behind where it did not begin.
  }

  @Override
  public void commit(
      GenericFileOperations<T> operations,
      GenericFileEndpoint<T> endpoint,
      Exchange exchange,
      GenericFile<T> file)
      throws IOException {
    end(exchange);
  }

  @Override
  public void rollback(
      GenericFileOperations<T> operations,
      GenericFileEndpoint<T> endpoint,
      Exchange exchange,
      GenericFile<T> file)
      throws IOException {
    end(exchange);
  }

  private void end(Exchange exchange) throws IOException {
    Work work = (Work) exchange.removeProperty(WORK);
    if (work == null) {
      return;
    }
    room.release(work.permits());
    try (FolderLedger ledger = work.ledger()) {
      Tally tally = exchange.getProperty(Tally.PROPERTY, Tally.class);
      if (tally != null && ledger != null) {
        Path documents = ledger.complete();
        finish(work, new LargeFileReceipt(work.file().name(), work.at(), tally, documents));
        return;
      }
      Receipt receipt = exchange.getProperty(SubmitProducer.RECEIPT, Receipt.class);
      if (receipt == null && BatchIntake.notNow(exchange.getException()) == null) {
        work = work.withFingerprint();
        receipt = journalFailed(exchange, body(work), failure(exchange));
      }
      if (receipt == null) {
        giveBack(work);
      } else {
        finish(work, receipt);
      }
    } catch (IOException e) {
      LOG.warn("'{}' has no receipt yet; it is tried again: {}", work.file().name(), e.toString());
      giveBack(work);
    }
  }

  private void giveBack(Work work) throws IOException {
    givenBack.add(work.file().name());
    work.file().putBack(clock.instant());
  }

  /** As it was dropped: the route may have changed the body. */
  private static byte[] body(Work work) throws IOException {
    return work.ledger() == null ? Files.readAllBytes(work.file().here()) : standIn(work);
  }

  private static byte[] standIn(Work work) {
    String sha256 = work.sha256() == null ? "not read" : "SHA-256 " + work.sha256();
    return "The file %s of %d bytes (%s) is kept in rejected/ and not in the journal.\n"
        .formatted(work.file().name(), work.size(), sha256)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Failure failure(Exchange exchange) {
    Exception exception = exchange.getException();
    String why =
        exception == null
            ? "The route ended without waybill:submit"
            : "The route failed: " + exception;
    return new Failure(
        Reason.ROUTE_FAILED,
        why.length() > LONGEST_DETAIL ? why.substring(0, LONGEST_DETAIL) : why);
  }

  private void finish(Work work, Receipt receipt) throws IOException {
    finish(
        work,
        new DocumentReceipt(work.file().name(), work.size(), work.sha256(), work.at(), receipt));
  }

  /**
   * Where it cannot be moved, for want of space or permission, it is tried again as a duplicate.
   */
  private void finish(Work work, FolderReceipt receipt) throws IOException {
    try {
      work.file().finish(receipt, clock.instant());
    } catch (IOException e) {
      LOG.warn(
          "'{}' is in the journal, but cannot be moved; it is tried again: {}",
          work.file().name(),
          e.toString());
      work.file().putBack(clock.instant());
    }
  }
}
