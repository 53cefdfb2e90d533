package io.waybill.broker;

import io.waybill.message.MessageRow;
import io.waybill.message.Outcome;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks destinations whether they have a posting, before it is repeated. */
final class Questions {

  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);

  private final Map<String, Query> queries = new ConcurrentHashMap<>();

  boolean open(String destination, Query query) {
    return queries.putIfAbsent(destination, query) == null;
  }

  void close(String destination) {
    queries.remove(destination);
  }

  /** Whether an earlier try may have arrived at a destination that can be asked. */
  static boolean comeFirst(MessageRow row, Destination destination) {
    Instant firstTried = row.standing().firstTriedAt();
    return destination.delivery() == DeliveryClass.QUERYABLE
        && row.standing().status() != Status.CANCELLING
        && firstTried != null
        && !firstTried.equals(row.standing().changedAt());
  }

  void ask(Posting posting, Destination destination, Consumer<Query.Answer> answer) {
    Query query = queries.get(destination.name());
    if (query == null) {
      String none = "no route that consumes waybill:query:%s is running";
      answer.accept(unanswered(none.formatted(destination.name())));
      return;
    }
    try {
      query.ask(posting, answer);
    } catch (RuntimeException e) {
      LOG.warn("The query of {} failed", destination.name(), e);
      answer.accept(unanswered("the query failed: " + e));
    }
  }

  private static Query.Answer unanswered(String detail) {
    return new Query.Answer.Nothing(new Outcome.Unanswered(detail));
  }

  /** What the answer says of an attempt; null where it is to be sent now. */
  static @Nullable Outcome outcome(Query.Answer answer, MessageRow row, Destination destination) {
    if (answer instanceof Query.Answer.Has has) {
      return new Outcome.Posted(has.detail());
    }
    if (answer instanceof Query.Answer.Nothing nothing) {
      return nothing.outcome();
    }
    Integer most = destination.retry().attempts();
    return most == null || row.standing().attempts() <= most
        ? null
        : new Outcome.Refused(
            Reason.ATTEMPTS,
            "%d attempts failed, and the destination says that it has none of them"
                .formatted(most));
  }
}
