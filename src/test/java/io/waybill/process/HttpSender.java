package io.waybill.process;

import io.waybill.process.BrokerProcess.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Sends its documents one after the other, each until the broker has said that it has it. */
final class HttpSender implements Runnable {

  /** New, done before, not done yet but known. */
  private static final Set<Integer> KNOWN = Set.of(202, 200, 409);

  /** Kept, but cannot be processed. */
  private static final int UNPROCESSABLE = 422;

  private static final int UNAVAILABLE = 503;

  private final String source;
  private final List<TestDocument> documents;
  private final Sending sending;

  HttpSender(String source, List<TestDocument> documents, Sending sending) {
    this.source = source;
    this.documents = documents;
    this.sending = sending;
  }

  @Override
  public void run() {
    BrokerProcess.Client client = sending.broker().new Client();
    for (int i = 0; i < documents.size(); i++) {
      TestDocument document = documents.get(i);
      while (!taken(client, document)) {
        sending.pause();
      }
      sending.acknowledged(source, i + 1L, document);
    }
  }

  private boolean taken(BrokerProcess.Client client, TestDocument document) {
    if (!sending.broker().ready()) {
      return false;
    }
    String path =
        document.readable() ? "/api/v1/messages/" + document.key().operation() : "/api/v1/messages";
    try {
      Answer answer =
          client.post(path, document.key().messageId(), "application/json", document.body());
      boolean expected =
          document.readable() ? KNOWN.contains(answer.code()) : answer.code() == UNPROCESSABLE;
      if (!expected && answer.code() != UNAVAILABLE) {
        throw new IllegalStateException(
            "%s of %s was answered by %d: %s"
                .formatted(document.key(), source, answer.code(), answer.body()));
      }
      return expected;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
