package io.waybill.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.provider.Answer;
import io.waybill.provider.Cancellation;
import io.waybill.provider.Conflict;
import io.waybill.provider.Performance;
import io.waybill.provider.Predecessor;
import io.waybill.provider.Provider;
import io.waybill.provider.Recorded;
import io.waybill.provider.TransactionId;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the contract of docs/providers.md asks, put to the library. */
final class Desk {

  /** An answer, and whether it was given before. */
  record Reply(Answer answer, boolean replayed) {

    static Reply of(Answer answer) {
      return new Reply(answer, false);
    }
  }

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Provider provider;
  private final Books books;

  Desk(Provider provider, Books books) {
    this.provider = provider;
    this.books = books;
  }

  /** Performs what the body says. */
  Reply perform(Headers headers, byte[] body) throws SQLException {
    TransactionId transaction = transaction(headers);
    List<Predecessor> predecessors = Predecessor.read(headers.get("Waybill-Predecessor"));
    int run = run(headers.get("Waybill-Run"));
    Performance performance =
        provider.perform(
            transaction,
            predecessors,
            run,
            execution -> {
              Order order;
              try {
                order = Order.read(body);
              } catch (IllegalArgumentException | ArithmeticException e) {
                return Problem.of(422, "refused", String.valueOf(e.getMessage())).answer();
              }
              return books.book(order, execution);
            });
    if (performance instanceof Performance.Performed performed) {
      return new Reply(performed.answer(), performed.repeated());
    }
    return Reply.of(notPerformed(performance));
  }

  private static TransactionId transaction(Headers headers) {
    String id = headers.get("Waybill-Transaction");
    if (id == null) {
      throw new IllegalArgumentException("there is no header Waybill-Transaction");
    }
    return new TransactionId(id.strip());
  }

  private static int run(@Nullable String run) {
    try {
      return run == null ? 1 : Integer.parseInt(run.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Waybill-Run '%s' is not a number".formatted(run), e);
    }
  }

  private static Answer notPerformed(Performance performance) {
    if (performance instanceof Performance.Refused refused) {
      return refused.answer();
    }
    if (performance instanceof Performance.TooEarly early) {
      return Problem.of(
              425,
              "too-early",
              "%s, which comes before it in lane %s, %s"
                  .formatted(
                      early.predecessor(),
                      early.lane(),
                      early.cancelled() ? "is cancelled" : "is not completed here"))
          .with("lane", early.lane())
          .with("predecessor", early.predecessor().text())
          .answer();
    }
    if (performance instanceof Performance.Overtaken overtaken) {
      return Problem.of(
              409,
              "overtaken",
              "in lane %s %s was performed after %s"
                  .formatted(
                      overtaken.lane(),
                      overtaken.last(),
                      Objects.requireNonNullElse(overtaken.predecessor(), "nothing")))
          .with("lane", overtaken.lane())
          .with("last", overtaken.last().text())
          .answer();
    }
    return withdrawn();
  }

  private static Answer withdrawn() {
    return Problem.of(410, "cancelled", "it is cancelled, and is not performed any more").answer();
  }

  /** Cancels a transaction. */
  Answer cancel(Headers headers) throws SQLException {
    TransactionId transaction = transaction(headers);
    Cancellation cancellation = provider.cancel(transaction);
    if (cancellation instanceof Cancellation.Cancelled cancelled) {
      return Answer.json(
          200,
          JsonNodeFactory.instance
              .objectNode()
              .put("transaction", transaction.text())
              .put("undone", cancelled.undone())
              .toString());
    }
    List<Conflict> conflicts = ((Cancellation.Refused) cancellation).conflicts();
    Problem problem =
        Problem.of(409, "conflict", "what stands in the way has to be cancelled before it");
    problem.details().setAll(told(conflicts));
    return problem.answer();
  }

  /** Says what would stand in the way. */
  Answer conflicts(byte[] body) throws SQLException {
    return Answer.json(200, told(provider.conflicts(asked(body))).toString());
  }

  private static Collection<TransactionId> asked(byte[] body) {
    JsonNode transactions;
    try {
      transactions = JSON.readTree(body).path("transactions");
    } catch (IOException e) {
      throw new IllegalArgumentException("the body is not JSON", e);
    }
    if (!transactions.isArray()) {
      throw new IllegalArgumentException("write {\"transactions\": [\"...\", \"...\"]}");
    }
    List<TransactionId> ids = new ArrayList<>();
    transactions.forEach(id -> ids.add(new TransactionId(id.asText())));
    return ids;
  }

  private static ObjectNode told(List<Conflict> conflicts) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    ArrayNode transactions = told.putArray("transactions");
    conflicts.stream()
        .map(Conflict::blocking)
        .filter(Objects::nonNull)
        .map(String::valueOf)
        .distinct()
        .forEach(transactions::add);
    ArrayNode list = told.putArray("conflicts");
    for (Conflict conflict : conflicts) {
      TransactionId blocking = conflict.blocking();
      list.addObject()
          .put("blocked", conflict.blocked().text())
          .put("blocking", blocking == null ? null : blocking.text())
          .put("where", conflict.where())
          .put("detail", conflict.detail());
    }
    return told;
  }

  /** Says whether a transaction is there. */
  Answer find(Headers headers) throws SQLException {
    TransactionId transaction = transaction(headers);
    Recorded recorded = provider.find(transaction).orElse(null);
    if (recorded == null) {
      return Problem.of(404, "unknown", "no transaction %s".formatted(transaction)).answer();
    }
    if (recorded.status() == Recorded.Status.CANCELLED) {
      return withdrawn();
    }
    return Answer.json(
        200,
        JsonNodeFactory.instance
            .objectNode()
            .put("transaction", transaction.text())
            .put("status", "performed")
            .put("run", recorded.run())
            .put("performed_at", String.valueOf(recorded.performedAt()))
            .toString());
  }
}
