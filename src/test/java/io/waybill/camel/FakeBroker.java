package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.broker.NotNow;
import io.waybill.broker.Outlet;
import io.waybill.broker.Outlets;
import io.waybill.broker.Posting;
import io.waybill.broker.Receipt;
import io.waybill.message.Fingerprint;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import io.waybill.message.Submission;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A broker with a memory instead of a journal. It commits in groups on a thread of its own, knows
 * duplicates by sender and id (or bytes), and can say that it takes nothing now.
 */
final class FakeBroker implements Intake, Outlets, AutoCloseable {

  record Stored(Submission submission, MessageRow row) {
    String text() {
      return new String(submission.payload().body(), StandardCharsets.UTF_8);
    }
  }

  private final ExecutorService commits = Executors.newSingleThreadExecutor();
  private final List<Stored> journal = new ArrayList<>();
  private final Map<String, Stored> owners = new HashMap<>();
  private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
  private int refusals;
  private int refusalsAtOnce;
  private int refused;
  private int duplicates;

  @Override
  public CompletableFuture<Receipt> submit(Submission submission) {
    CompletableFuture<Receipt> answer = new CompletableFuture<>();
    if (refusedAtOnce()) {
      return CompletableFuture.failedFuture(new NotNow("no room now", Duration.ofMillis(50)));
    }
    commits.execute(() -> commit(submission, answer));
    return answer;
  }

  private synchronized boolean refusedAtOnce() {
    if (refusalsAtOnce == 0) {
      return false;
    }
    refusalsAtOnce--;
    refused++;
    return true;
  }

  private void commit(Submission submission, CompletableFuture<Receipt> answer) {
    Receipt receipt;
    synchronized (this) {
      if (refusals > 0) {
        refusals--;
        refused++;
        answer.completeExceptionally(new NotNow("no journal now", Duration.ofMillis(50)));
        return;
      }
      receipt = receipt(submission);
    }
    answer.complete(receipt);
  }

  private Receipt receipt(Submission submission) {
    byte[] body = submission.payload().body();
    Fingerprint fingerprint = Fingerprint.of(body);
    Submission.Failure failure = submission.failure();
    String id = submission.messageId() == null ? fingerprint.hex() : submission.messageId();
    String key = submission.sender() + "|" + id + (failure == null ? "" : "|failed");
    Stored earlier = owners.get(key);
    if (earlier != null) {
      duplicates++;
      boolean same = earlier.row().received().fingerprint().equals(fingerprint);
      return new Receipt(
          !same
              ? Receipt.Result.CONFLICT
              : failure == null ? Receipt.Result.DUPLICATE : Receipt.Result.FAILED,
          earlier.row());
    }
    Received received =
        new Received(
            journal.size() + 1,
            0,
            submission.operation() == null ? "" : submission.operation(),
            submission.sender(),
            id,
            failure == null,
            null,
            fingerprint,
            submission.source(),
            Instant.EPOCH);
    Stored stored = new Stored(submission, new MessageRow(received, standing(failure)));
    journal.add(stored);
    owners.put(key, stored);
    return new Receipt(
        failure == null ? Receipt.Result.ACCEPTED : Receipt.Result.FAILED, stored.row());
  }

  private static Standing standing(Submission.@Nullable Failure failure) {
    return new Standing(
        failure == null ? Status.SUBMITTED : Status.FAILED,
        failure == null ? Reason.TURN : failure.reason(),
        failure == null ? null : failure.detail(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        0,
        null,
        null,
        null,
        0,
        1,
        0,
        0,
        Instant.EPOCH);
  }

  /** Says "not now" to so many submissions from here on. */
  synchronized void refuse(int submissions) {
    refusals = submissions;
  }

  /** Says "not now" to so many submissions from here on, before they get to the journal. */
  synchronized void refuseAtOnce(int submissions) {
    refusalsAtOnce = submissions;
  }

  synchronized int refused() {
    return refused;
  }

  synchronized int duplicates() {
    return duplicates;
  }

  synchronized List<Stored> journal() {
    return List.copyOf(journal);
  }

  List<Stored> failed() {
    return journal().stream().filter(one -> one.submission().failure() != null).toList();
  }

  @Override
  public void open(String destination, Outlet outlet) {
    if (outlets.putIfAbsent(destination, outlet) != null) {
      throw new IllegalStateException(destination + " is open");
    }
  }

  @Override
  public void close(String destination) {
    outlets.remove(destination);
  }

  @Nullable Outlet outlet(String destination) {
    return outlets.get(destination);
  }

  /** A posting of that document. */
  static Posting posting(String document, Map<String, String> headers) {
    byte[] body = document.getBytes(StandardCharsets.UTF_8);
    Received received =
        new Received(
            7,
            3,
            "CreateOrder",
            "acme",
            "m-1",
            true,
            "po-9",
            Fingerprint.of(body),
            "jms:in",
            Instant.EPOCH);
    Standing standing =
        new Standing(
            Status.POSTING,
            null,
            null,
            List.of(new LaneName("cust", "4711")),
            List.of(1L),
            null,
            "erp",
            0,
            1,
            null,
            null,
            null,
            0,
            1,
            0,
            0,
            Instant.EPOCH);
    MessageRow row = new MessageRow(received, standing);
    return new Posting(
        row.postingId(), row, new Payload(body, "application/json", headers), 5, null);
  }

  @Override
  public void close() {
    commits.shutdownNow();
  }
}
