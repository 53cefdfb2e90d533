package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Fingerprint;
import io.waybill.message.HistoryEntry;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The line of a change of status")
class StatusChangeTest {

  private static final Instant THEN = Instant.parse("2026-11-21T08:00:00Z");

  private static String line(
      String operation,
      String id,
      @Nullable Status from,
      Status to,
      @Nullable Reason reason,
      @Nullable String detail,
      @Nullable String who) {
    Received received =
        new Received(
            2, 0, operation, "shop", id, true, null, Fingerprint.of(new byte[0]), "jms:in", THEN);
    Standing standing =
        new Standing(
            to, reason, detail, List.of(), List.of(), null, null, 0, 0, null, null, null, 0, 1, 0,
            1, THEN);
    return new StatusChange(
            new MessageRow(received, standing),
            new HistoryEntry(2, 1, THEN, from, to, reason, detail, who),
            null)
        .toString();
  }

  @Test
  void saysWhichMessageFromWhereToWhereAndWhy() {
    assertThat(
            line(
                "PlaceOrder",
                "BY-7",
                Status.POSTING,
                Status.FAILED,
                Reason.REFUSED,
                "HTTP 400",
                "ann"))
        .isEqualTo("message 2 PlaceOrder BY-7: posting → failed (refused) by ann: HTTP 400");
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    assertThat(line("", "", null, Status.FAILED, Reason.UNREADABLE, null, null))
        .isEqualTo("message 2: new → failed (unreadable)");
    assertThat(line("PlaceOrder", "BY-7", null, Status.POSTING, null, null, null))
        .isEqualTo("message 2 PlaceOrder BY-7: new → posting");
  }

  @Test
  void isOneLineWhateverSendersAndDestinationsSay() {
    assertThat(
            line(
                "PlaceOrder",
                "a\nb\u2028c",
                Status.POSTING,
                Status.FAILED,
                Reason.REFUSED,
                "\r\n2026 ERROR\u0085",
                null))
        .isEqualTo("message 2 PlaceOrder a b c: posting → failed (refused):   2026 ERROR ");
  }
}
