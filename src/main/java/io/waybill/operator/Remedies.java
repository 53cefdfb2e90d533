package io.waybill.operator;

import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Standing;
import io.waybill.operator.Why.Cause;
import io.waybill.operator.Why.Kind;
import org.jspecify.annotations.Nullable;

/** How a message stands, in words, and what people can do about it. */
final class Remedies {

  private Remedies() {}

  /** How it stands, e.g. {@code message 7 (CreateOrder O-1 of acme) is posted}. */
  static String says(MessageRow row) {
    Standing standing = row.standing();
    String how =
        switch (standing.status()) {
          case SUBMITTED -> "is submitted: it is in the journal and waits";
          case POSTING -> "is being posted";
          case POSTED -> "is posted: its destination has it";
          case RETRIABLE -> "is retriable: it can be posted once something changes";
          case RETRY -> "is to be tried again: it is queued in its place";
          case IN_DOUBT -> "is in doubt: its destination may or may not have it";
          case FAILED -> "failed: a person has to decide";
          case SKIPPED -> "is skipped: it was closed unposted, on purpose";
          case CANCELLING -> "is being undone";
          case CANCELLED -> "is cancelled: it was undone at its destination";
        };
    return name(row) + " " + how;
  }

  private static String name(MessageRow row) {
    String operation = row.received().operation();
    String id = row.received().messageId();
    String what = (operation + " " + id).strip();
    return what.isEmpty()
        ? "message %d".formatted(row.seq())
        : "message %d (%s)".formatted(row.seq(), what);
  }

  private static String detail(Standing standing) {
    Reason reason = standing.reason();
    String detail = standing.detail();
    String code = reason == null ? "no reason is recorded" : reason.sqlName();
    return detail == null ? code : code + ": " + detail;
  }

  /** What a reason says that the gates do not know; null where they do. */
  static @Nullable Cause other(MessageRow row) {
    Reason reason = row.standing().reason();
    if (reason == null || knownToGates(reason)) {
      return null;
    }
    String help =
        reason == Reason.GAP
            ? "it goes on when the numbers come; if they never will, close-gap of its lane"
            : null;
    return Cause.of(Kind.OTHER, reason.sqlName(), detail(row.standing()), help)
        .until(row.standing().dueAt());
  }

  private static boolean knownToGates(Reason reason) {
    return switch (reason) {
      // told anew from what there is now, or only why it was queued again
      case TURN, PREREQUISITE, PAUSE, LINK, BACK_OFF, TOO_EARLY, INTERRUPTED, BY_HAND -> true;
      default -> false;
    };
  }

  static Cause inDoubt(MessageRow row) {
    return Cause.of(
            Kind.IN_DOUBT,
            row.standing().destination(),
            detail(row.standing()),
            """
            look at the destination for %s: if it is there, settle %d --posted; if it is not, \
            settle %d --not-posted"""
                .formatted(row.postingId().text(), row.seq(), row.seq()))
        .since(row.standing().changedAt());
  }

  static Cause failed(MessageRow row) {
    Standing standing = row.standing();
    long seq = row.seq();
    Reason reason = standing.reason();
    String help;
    if (!row.received().ownsId()) {
      help =
          "correct the specification and reread %d, or have the document corrected and sent again and skip %d"
              .formatted(seq, seq);
    } else if (reason == Reason.PREREQUISITE) {
      help =
          "it goes on when what it requires comes, even now; waive it, or retry %d or skip %d"
              .formatted(seq, seq);
    } else if (reason == Reason.GAP) {
      help =
          "it goes on when the numbers come, even now; close-gap of its lane, or skip %d"
              .formatted(seq);
    } else if (reason == Reason.UNSPECIFIED) {
      help =
          "name its destination in destinations.yaml again and retry %d, or skip %d"
              .formatted(seq, seq);
    } else {
      help =
          "mend the cause, or edit %d, and retry %d; or skip %d; or, where it was entered by hand, settle %d --posted"
              .formatted(seq, seq, seq, seq);
    }
    return Cause.of(Kind.FAILED, null, detail(standing), help).since(standing.changedAt());
  }

  static Cause cancelling(MessageRow row) {
    return Cause.of(Kind.CANCELLING, row.standing().destination(), detail(row.standing()), null)
        .since(row.standing().changedAt());
  }
}
