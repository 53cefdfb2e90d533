package io.waybill.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.waybill.broker.StatusChange;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;

/**
 * Adds the fields of a change of status to its line, where the log is written as JSON. They are
 * taken from what was logged, so that a log in plain text pays nothing for them.
 */
final class StatusFields implements StructuredLoggingJsonMembersCustomizer<ILoggingEvent> {

  @Override
  public void customize(Members<ILoggingEvent> line) {
    line.from(StatusFields::change)
        .whenNotNull()
        .usingMembers(
            fields -> {
              fields.add("seq", change -> change.entry().seq());
              fields
                  .add("operation", change -> change.row().received().operation())
                  .whenHasLength();
              fields
                  .add("message_id", change -> change.row().received().messageId())
                  .whenHasLength();
              fields.add("from_status", change -> name(change.entry().from())).whenNotNull();
              fields.add("status", change -> change.entry().to().sqlName());
              fields.add("reason", change -> name(change.entry().reason())).whenNotNull();
              fields.add("reason_detail", change -> change.entry().detail()).whenNotNull();
              fields.add("who", change -> change.entry().who()).whenNotNull();
              fields.add("trace_id", StatusChange::traceId).whenNotNull();
            });
  }

  private static @Nullable StatusChange change(ILoggingEvent event) {
    Object[] logged = event.getArgumentArray();
    return logged != null && logged.length == 1 && logged[0] instanceof StatusChange change
        ? change
        : null;
  }

  private static @Nullable String name(@Nullable Status status) {
    return status == null ? null : status.sqlName();
  }

  private static @Nullable String name(@Nullable Reason reason) {
    return reason == null ? null : reason.sqlName();
  }
}
